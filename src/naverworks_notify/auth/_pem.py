"""The form of a private key: is this text a plain RSA key in PEM, and if not, what is it?

Nothing here needs a library; reading the numbers costs microseconds where loading the key costs
milliseconds.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import NoReturn

from naverworks_notify.auth._key_text import is_too_long, read_key_text
from naverworks_notify.auth._rsa import Malformed, RsaKey, read_rsa_key, refusal_of
from naverworks_notify.errors import Hint, InvalidPrivateKey

__all__ = ["COPY_AGAIN", "normalize_pem", "rsa_key_of"]

_PKCS8, _PKCS1 = "PRIVATE KEY", "RSA PRIVATE KEY"
_BEGIN = re.compile(r"-----BEGIN ([A-Z0-9 ]{1,40}?) ?-----")
_LABELS = {
    "PUBLIC KEY": "a public key",
    "RSA PUBLIC KEY": "a public key",
    "CERTIFICATE": "a certificate",
    "TRUSTED CERTIFICATE": "a certificate",
    "CERTIFICATE REQUEST": "a certificate request",
    "NEW CERTIFICATE REQUEST": "a certificate request",
    "PKCS7": "a bundle of certificates",
    "EC PRIVATE KEY": "an elliptic-curve key",
    "EC PARAMETERS": "an elliptic-curve key",
    "DSA PRIVATE KEY": "a DSA key",
    "OPENSSH PRIVATE KEY": "an OpenSSH key",
    "PGP PRIVATE KEY BLOCK": "a PGP key",
    "PGP PUBLIC KEY BLOCK": "a PGP key",
}
# Of texts without a marker line: how they begin, and what they are then.
_BEGINNINGS = (
    (
        ("ssh-rsa ", "ssh-ed25519 ", "ecdsa-sha2-"),
        "it is an SSH public key, not an RSA private key",
    ),
    (("PuTTY-User-Key-File",), "it is a PuTTY key, not PEM text"),
    (("---- BEGIN SSH2",), "it is a key in SSH2's own format, not PEM text"),
    (("<RSAKeyValue",), "it is a key in XML, not PEM text"),
    (("<!DOCTYPE", "<!doctype", "<html", "<HTML"), "it is a web page, not PEM text"),
    (("${", "$(", "{{", "<", "%"), "it is a placeholder that was never filled in"),
    (("{", "["), "it is JSON without exactly one key in PEM form in it"),
)

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
COPY_AGAIN = Hint(
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
_TO_PEM = Hint(
    en=(
        "Convert it: `openssl pkcs12 -in works.p12 -nodes -nocerts` for PKCS#12, "
        "`openssl pkey -inform DER -in works.der` for DER; or use the .key file of the "
        "Developer Console."
    ),
    ko=(
        "PKCS#12는 `openssl pkcs12 -in works.p12 -nodes -nocerts`, DER는 "
        "`openssl pkey -inform DER -in works.der`로 변환하거나 Developer Console의 .key 파일을 "
        "사용하세요."
    ),
)


class _Unusable(Exception):  # noqa: N818 - never leaves this module
    def __init__(self, reason: str, hint: Hint) -> None:
        self.reason = reason
        self.hint = hint
        super().__init__(reason)


def normalize_pem(given: object, *, named: str = "The private key") -> str:
    r"""Return the key's PEM text, or say what is wrong with it.

    Accepted besides the console's own form (PKCS#8, `-----BEGIN PRIVATE KEY-----`): PKCS#1
    (`-----BEGIN RSA PRIVATE KEY-----`), text before or after the block, blank and indented
    lines, and all that `read_key_text` undoes. A text whose line breaks are gone is told apart
    and refused: where they were replaced, other characters may have been as well.

    Args:
        given: Text, or the bytes of a file.
        named: How the error calls it.

    Raises:
        InvalidPrivateKey: With one sentence saying why, and a remedy.
    """
    try:
        return _normalized(given)
    except _Unusable as unusable:
        reason, hint = unusable.reason, unusable.hint
    # Raised here, as the frames above hold the key, and collectors of errors keep those.
    del given
    raise InvalidPrivateKey(f"{named} cannot be used: {reason}.", hint=hint)


def rsa_key_of(pem: str) -> RsaKey | None:
    """Return the numbers of a key that `normalize_pem` let pass; None where they are damaged."""
    label, lines = _block_of(pem)
    try:
        key = read_rsa_key(base64.b64decode("".join(lines)), wrapped=label == _PKCS8)
    except Malformed:
        return None
    return key if key.consistent else None


def _normalized(given: object) -> str:
    if not isinstance(given, (str, bytes, bytearray)):
        raise _Unusable(f"it must be text, not {type(given).__name__}", _USE_PATH)
    if is_too_long(given):
        raise _Unusable("the text is far too long for a key", _FROM_CONSOLE)
    text = read_key_text(given)
    if text is None:
        raise _Unusable("it is binary (DER or PKCS#12), not PEM text", _TO_PEM)
    if not text:
        raise _Unusable("it is empty", _FROM_CONSOLE)
    label, lines = _block_of(text)
    _check_form(_decode(lines), label)
    body = "\n".join(lines)
    block = f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"
    # The very same object where nothing had to be mended: ten thousand accounts share no copy.
    return given if isinstance(given, str) and given == block else block


def _block_of(text: str) -> tuple[str, list[str]]:
    """Return label and base64 lines of the one PEM block."""
    begin = _begin_of(text)
    label = begin[1]
    end = text.find(f"-----END {label}-----", begin.end())
    if end < 0:
        raise _Unusable("the -----END line is missing, so the text is cut off", COPY_AGAIN)
    body = text[begin.end() : end]
    if "ENCRYPTED" in label or "ENCRYPTED" in body:
        raise _Unusable("it is encrypted with a passphrase", _DECRYPT)
    if label not in {_PKCS8, _PKCS1}:
        what = _LABELS.get(label, "something else")
        raise _Unusable(f"it is {what}, not an RSA key", _FROM_CONSOLE)
    before, *lines = [line.strip() for line in body.split("\n")]
    after = lines.pop() if lines else before
    filled = [line for line in lines if line]
    if not filled and not before and not after:
        raise _Unusable("there is nothing between the -----BEGIN and -----END lines", COPY_AGAIN)
    if before or after or not filled or any(len(line.split()) > 1 for line in filled):
        raise _Unusable(
            "its line breaks were lost (newlines became spaces or vanished)", _KEEP_LINES
        )
    return label, filled


def _begin_of(text: str) -> re.Match[str]:
    begins = list(_BEGIN.finditer(text))
    if not begins:
        _refuse_unmarked(text)
    keys = [begin for begin in begins if "PRIVATE KEY" in begin[1]]
    if len(keys) > 1:
        raise _Unusable("the text holds more than one private key", _FROM_CONSOLE)
    return keys[0] if keys else begins[0]


def _refuse_unmarked(text: str) -> NoReturn:
    if _is_path(text):
        raise _Unusable("it looks like the path of a file, not like the file's content", _USE_PATH)
    for beginnings, told in _BEGINNINGS:
        if text.startswith(beginnings):
            raise _Unusable(told, _FROM_CONSOLE)
    if "BEGIN" in text:
        raise _Unusable("its -----BEGIN line is damaged", COPY_AGAIN)
    if "-----END" in text or re.fullmatch(r"[A-Za-z0-9+/=\s]{200,}", text):
        raise _Unusable("the -----BEGIN and -----END marker lines are missing", COPY_AGAIN)
    raise _Unusable("it is not PEM text: no -----BEGIN marker line is in it", _FROM_CONSOLE)


def _is_path(text: str) -> bool:
    if "\n" in text or "BEGIN" in text or len(text) > 1024:  # noqa: PLR2004 - no path is longer
        return False
    return (
        text.lower().endswith((".key", ".pem", ".p8", ".der", ".p12", ".pfx", ".txt"))
        or text.startswith(("~", "./", "../", "/", "\\\\", "file:", "$HOME", "%USERPROFILE%"))
        or re.match(r"[A-Za-z]:[\\/]", text) is not None
        # Such as run/secrets/works_key: the dot, line or hyphen is no letter of base64.
        or re.fullmatch(r"(?=.*[._-])[\w.@-]+([/\\][\w.@-]+)+", text) is not None
    )


def _decode(lines: list[str]) -> bytes:
    packed = "".join(lines)
    if re.search(r"[^A-Za-z0-9+/=]", packed):
        raise _Unusable("it holds characters that do not belong into base64", COPY_AGAIN)
    try:
        return base64.b64decode(packed, validate=True)
    except binascii.Error:
        raise _Unusable("its base64 text is damaged or cut off", COPY_AGAIN) from None


def _check_form(der: bytes, label: str) -> None:
    try:
        refusal = refusal_of(der, wrapped=label == _PKCS8)
    except Malformed as malformed:
        told = str(malformed)
        hint = _FROM_CONSOLE if "not an RSA key" in told else COPY_AGAIN
        raise _Unusable(told, hint) from None
    if refusal is not None:
        raise _Unusable(refusal, _FROM_CONSOLE)
