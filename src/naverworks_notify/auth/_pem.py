"""The form of a private key: is this text a plain RSA key in PEM, and if not, what is it?

Nothing here loads the key; reading the outermost DER fields is enough to tell the mistakes
apart, and costs microseconds where loading costs tens of milliseconds.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import NoReturn

from naverworks_notify.errors import Hint, InvalidPrivateKey

__all__ = ["MIN_KEY_BITS", "normalize_pem"]

# Not documented by the service; the floor of RFC 7518 section 3.3 for RS256.
MIN_KEY_BITS = 2048

_INTEGER = 0x02  # the DER tag
_MAX_PEM_CHARS = 64 * 1024
_BEGIN = re.compile(r"-----BEGIN ([A-Z0-9][A-Z0-9 ]*?) ?-----")
_RSA_OID = bytes.fromhex("06092a864886f70d010101")
_OTHER_OIDS = {
    bytes.fromhex("06072a8648ce3d0201"): "an elliptic-curve key",
    bytes.fromhex("06032b6570"): "an Ed25519 key",
    bytes.fromhex("06032b656e"): "an X25519 key",
    bytes.fromhex("06072a8648ce380401"): "a DSA key",
    bytes.fromhex("06092a864886f70d01010a"): "an RSA-PSS key",
}
_LABELS = {
    "PUBLIC KEY": "a public key",
    "RSA PUBLIC KEY": "a public key",
    "CERTIFICATE": "a certificate",
    "TRUSTED CERTIFICATE": "a certificate",
    "CERTIFICATE REQUEST": "a certificate request",
    "NEW CERTIFICATE REQUEST": "a certificate request",
    "EC PRIVATE KEY": "an elliptic-curve key",
    "EC PARAMETERS": "an elliptic-curve key",
    "DSA PRIVATE KEY": "a DSA key",
    "OPENSSH PRIVATE KEY": "an OpenSSH key",
}

_FROM_CONSOLE = Hint(
    en=(
        "Use the .key file that the Developer Console gives out under your app's Service Account, "
        "unchanged."
    ),
    ko="Developer Console의 앱 > Service Account에서 내려받은 .key 파일을 그대로 사용하세요.",
)
_KEEP_LINES = Hint(
    en=(
        "Restore the line breaks (written as \\n they are accepted too), or set "
        "NAVERWORKS_PRIVATE_KEY_FILE to the file's path."
    ),
    ko=(
        "줄바꿈을 되살리거나(\\n으로 적어도 됩니다) NAVERWORKS_PRIVATE_KEY_FILE에 "
        "파일 경로를 지정하세요."
    ),
)
_COPY_AGAIN = Hint(
    en="Copy the whole file again, from -----BEGIN to -----END, including both of these lines.",
    ko="-----BEGIN 줄부터 -----END 줄까지 파일 전체를 다시 복사하세요.",
)
_USE_PATH = Hint(
    en=(
        "Pass the content of the file, for example Path(...).read_text(), or set "
        "NAVERWORKS_PRIVATE_KEY_FILE."
    ),
    ko=(
        "파일 경로가 아니라 파일 내용을 전달하세요(예: Path(...).read_text()). "
        "또는 NAVERWORKS_PRIVATE_KEY_FILE을 설정하세요."
    ),
)
_DECRYPT = Hint(
    en="Remove the passphrase with `openssl pkey -in encrypted.key -out plain.key`, and use that.",
    ko="`openssl pkey -in encrypted.key -out plain.key`로 암호를 제거한 키를 사용하세요.",
)


def _refuse(reason: str, hint: Hint) -> NoReturn:
    raise InvalidPrivateKey(f"The private key cannot be used: {reason}.", hint=hint)


def normalize_pem(text: object) -> str:
    r"""Return the key's PEM text, or say what is wrong with it.

    Accepted besides the console's own form (PKCS#8, `-----BEGIN PRIVATE KEY-----`): PKCS#1
    (`-----BEGIN RSA PRIVATE KEY-----`), line breaks written as `\n` (as in JSON and many .env
    files), CRLF, enclosing quotes, a byte order mark, and text before or after the block. A text
    whose line breaks are gone is told apart and refused: where they were replaced, other
    characters may have been as well.

    Raises:
        InvalidPrivateKey: With one sentence saying why, and a remedy.
    """
    if isinstance(text, (bytes, bytearray)):
        try:
            text = bytes(text).decode("utf-8-sig")
        except UnicodeDecodeError:
            _refuse("it is binary (DER or PKCS#12), not PEM text", _FROM_CONSOLE)
    if not isinstance(text, str):
        _refuse(f"it must be text, not {type(text).__name__}", _USE_PATH)
    if len(text) > _MAX_PEM_CHARS:
        _refuse("the text is far too long for a key", _FROM_CONSOLE)
    if "\x00" in text:
        _refuse("it is binary or in UTF-16, not PEM text", _FROM_CONSOLE)
    label, body, block = _block_of(text)
    if "ENCRYPTED" in label or "ENCRYPTED" in body:
        _refuse("it is encrypted with a passphrase", _DECRYPT)
    if label not in {"PRIVATE KEY", "RSA PRIVATE KEY"}:
        _refuse(f"it is {_LABELS.get(label, 'something else')}, not an RSA key", _FROM_CONSOLE)
    if not body.strip():
        _refuse("there is nothing between the -----BEGIN and -----END lines", _COPY_AGAIN)
    if not re.fullmatch(r"[ \t]*\n(?:[ \t]*\S*[ \t]*\n)+[ \t]*", body):
        _refuse("its line breaks were lost (newlines became spaces or vanished)", _KEEP_LINES)
    _check_der(_decode(body), label)
    # The very same object where nothing had to be mended: ten thousand accounts share no copy.
    return text if block == text else block


def _block_of(text: str) -> tuple[str, str, str]:
    """Return label, base64 lines and text of the one PEM block."""
    tidy = text.strip().removeprefix("\ufeff").strip()
    if len(tidy) > 1 and tidy[0] == tidy[-1] and tidy[0] in "\"'":
        tidy = tidy[1:-1].strip()
    if not tidy:
        _refuse("it is empty", _FROM_CONSOLE)
    if "\n" not in tidy:
        tidy = tidy.replace("\\r", "").replace("\\n", "\n").strip()
    tidy = tidy.replace("\r\n", "\n").replace("\r", "\n")
    begin = _begin_of(tidy)
    label = begin[1]
    end = tidy.find(f"-----END {label}-----", begin.end())
    if end < 0:
        _refuse("the -----END line is missing, so the text is cut off", _COPY_AGAIN)
    body = tidy[begin.end() : end]
    block = f"{tidy[begin.start() : end]}-----END {label}-----\n"
    return label, body, text if text in {block, block[:-1]} else block


def _begin_of(tidy: str) -> re.Match[str]:
    begins = list(_BEGIN.finditer(tidy))
    if not begins:
        _refuse_unmarked(tidy)
    keys = [begin for begin in begins if "PRIVATE KEY" in begin[1]]
    if len(keys) > 1:
        _refuse("the text holds more than one private key", _FROM_CONSOLE)
    return keys[0] if keys else begins[0]


def _refuse_unmarked(tidy: str) -> NoReturn:
    single = "\n" not in tidy
    if single and (
        re.search(r"\.(key|pem|p8|der|p12|pfx|txt)$", tidy, re.IGNORECASE)
        or tidy.startswith(("~", "./", "../", "/", "\\\\"))
        or re.match(r"[A-Za-z]:[\\/]", tidy)
    ):
        _refuse("it looks like the path of a file, not like the file's content", _USE_PATH)
    if "BEGIN" in tidy:
        _refuse("its -----BEGIN line is damaged", _COPY_AGAIN)
    if "-----END" in tidy or re.fullmatch(r"[A-Za-z0-9+/=\s]{200,}", tidy):
        _refuse("its -----BEGIN and -----END marker lines are missing", _COPY_AGAIN)
    if tidy.startswith(("ssh-rsa ", "ssh-ed25519 ", "ecdsa-sha2-")):
        _refuse("it is an SSH public key, not an RSA private key", _FROM_CONSOLE)
    _refuse("it is not PEM text: no -----BEGIN marker line is in it", _FROM_CONSOLE)


def _decode(body: str) -> bytes:
    packed = "".join(body.split())
    if re.search(r"[^A-Za-z0-9+/=]", packed):
        _refuse("it holds characters that do not belong into base64", _COPY_AGAIN)
    try:
        return base64.b64decode(packed, validate=True)
    except binascii.Error:
        _refuse("its base64 text is damaged or cut off", _COPY_AGAIN)


def _read_tlv(der: bytes, start: int) -> tuple[int, int, int]:
    """Return tag, start and end of the DER value at `start`."""
    tag, length = der[start], der[start + 1]
    start += 2
    if length & 0x80:
        width = length & 0x7F
        length = int.from_bytes(der[start : start + width], "big")
        start += width
    return tag, start, start + length


def _check_der(der: bytes, label: str) -> None:
    try:
        _, inner, end = _read_tlv(der, 0)
        if end > len(der):
            _refuse("its base64 text is cut off", _COPY_AGAIN)
        if end < len(der):
            _refuse("its base64 text is damaged (something follows the key)", _COPY_AGAIN)
        _, _, inner = _read_tlv(der, inner)  # the version number
        if label == "PRIVATE KEY":
            _, algorithm, inner_end = _read_tlv(der, inner)
            named = der[algorithm:inner_end]
            if not named.startswith(_RSA_OID):
                kind = next(
                    (name for oid, name in _OTHER_OIDS.items() if named.startswith(oid)),
                    "a key of another kind",
                )
                _refuse(f"it is {kind}, not an RSA key", _FROM_CONSOLE)
            _, wrapped, _ = _read_tlv(der, inner_end)
            _, inner, _ = _read_tlv(der, wrapped)
            _, _, inner = _read_tlv(der, inner)
        tag, start, end = _read_tlv(der, inner)
    except IndexError:
        _refuse("its base64 text is damaged", _COPY_AGAIN)
    if tag != _INTEGER or end > len(der):
        _refuse("its base64 text is damaged", _COPY_AGAIN)
    bits = int.from_bytes(der[start : min(end, start + 2)], "big").bit_length()
    bits += 8 * max(0, end - start - 2)
    if bits < MIN_KEY_BITS:
        _refuse(
            f"its RSA modulus has {bits} bits, and {MIN_KEY_BITS} are the least for RS256",
            _FROM_CONSOLE,
        )
