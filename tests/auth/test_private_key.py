"""Each way a key gets mangled is told apart at once, and what is unambiguous is mended."""

from __future__ import annotations

import base64
import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from naverworks_notify.auth import Endpoints, ServiceAccount
from naverworks_notify.auth._signer import Signer, validate_key
from naverworks_notify.auth._stores import store_key
from naverworks_notify.errors import AuthError, InvalidPrivateKey


def account_with(private_key: Any) -> ServiceAccount:
    return ServiceAccount(
        client_id="c", client_secret="s", service_account_id="x@y", private_key=private_key
    )


def signs(private_key: Any) -> bool:
    return Signer(account_with(private_key)).sign({"iss": "c"}).count(".") == 2


def written_out_after_begin(pem: str) -> str:
    head, rest = pem.split("\n", 1)
    return f"{head}\n" + rest.replace("\n", "\\n")


def in_base64(pem: str) -> str:
    return base64.b64encode(pem.encode()).decode()


def reason(private_key: Any) -> str:
    with pytest.raises(InvalidPrivateKey) as caught:
        account_with(private_key)
    error = caught.value
    assert error.hint is not None
    assert error.hint.en
    assert error.hint.ko
    assert isinstance(error, AuthError)
    text = str(error)
    if isinstance(private_key, str):
        for line in private_key.splitlines():
            assert len(line) < 24 or line.startswith("-----") or line not in text
    return text.removesuffix(str(error.hint)).strip()


@pytest.mark.parametrize(
    "mangle",
    [
        pytest.param(lambda pem: pem, id="as issued"),
        pytest.param(lambda pem: pem.strip(), id="no final newline"),
        pytest.param(lambda pem: pem.replace("\n", "\\n"), id="literal backslash n"),
        pytest.param(lambda pem: pem.replace("\n", "\\r\\n"), id="literal backslash r n"),
        pytest.param(lambda pem: pem.replace("\n", "\r\n"), id="CRLF"),
        pytest.param(lambda pem: pem.replace("\n", "\r"), id="CR"),
        pytest.param(lambda pem: f'"{pem}"', id="double quotes"),
        pytest.param(lambda pem: "'" + pem.replace("\n", "\\n") + "'", id="quotes, escaped"),
        pytest.param(lambda pem: "\ufeff" + pem, id="byte order mark"),
        pytest.param(lambda pem: "\n\n  " + pem + "\n\n", id="blank around"),
        pytest.param(lambda pem: f"Bag Attributes\n  name: x\n{pem}", id="text before"),
        pytest.param(lambda pem: pem.replace("\n", "\n    "), id="indented"),
        pytest.param(lambda pem: pem.encode(), id="bytes"),
        pytest.param(lambda pem: b"\xef\xbb\xbf" + pem.encode(), id="bytes with a mark"),
        pytest.param(lambda pem: pem.replace("\n", "\\n\n"), id="written out and real"),
        pytest.param(lambda pem: pem.replace("\n", "\\n", 7), id="some written out"),
        pytest.param(written_out_after_begin, id="BEGIN on its own line"),
        pytest.param(lambda pem: pem.replace("\n", "\\\\n"), id="escaped twice"),
        pytest.param(lambda pem: pem.replace("\n", "\\\n"), id="continued as in a shell"),
        pytest.param(lambda pem: pem.replace("\n", "\r\r\n"), id="CR CR LF"),
        pytest.param(lambda pem: pem.replace("\n", "\n\n"), id="blank lines between"),
        pytest.param(lambda pem: pem.replace("\n", "\n \t\n"), id="lines of blanks between"),
        pytest.param(lambda pem: pem.replace("\n", "\u2028"), id="line separators"),
        pytest.param(lambda pem: pem.replace("\n", "\u200b\n\u00a0"), id="invisible characters"),
        pytest.param(lambda pem: f"“{pem}”", id="typographic quotes"),
        pytest.param(lambda pem: f"'\"{pem}\"'", id="quoted twice"),
        pytest.param(lambda pem: f'"{pem}', id="one quote"),
        pytest.param(lambda pem: f"export NAVERWORKS_PRIVATE_KEY={pem}", id="assigned"),
        pytest.param(json.dumps, id="a JSON string"),
        pytest.param(lambda pem: json.dumps({"private_key": pem}, indent=2), id="pretty JSON"),
        pytest.param(lambda pem: json.dumps({"a": [{"key": pem}, 7]}), id="deep in JSON"),
        pytest.param(lambda pem: json.dumps({"key": pem.split("\n")}, indent=1), id="JSON lines"),
        pytest.param(lambda pem: json.dumps(pem).replace("/", "\\/"), id="slashes escaped"),
        pytest.param(lambda pem: json.dumps(pem).replace("+", "\\u002B")[1:], id="plus escaped"),
        pytest.param(in_base64, id="base64 of the file"),
        pytest.param(lambda pem: in_base64(in_base64(pem)), id="base64 twice"),
        pytest.param(lambda pem: base64.encodebytes(pem.encode()), id="base64 in lines"),
        pytest.param(lambda pem: in_base64(pem).rstrip("="), id="base64 without padding"),
        pytest.param(lambda pem: f"key: {in_base64(pem)}", id="base64 with a name"),
        pytest.param(lambda pem: json.dumps({"key": in_base64(pem)}), id="base64 in JSON"),
        pytest.param(lambda pem: base64.b64encode(pem.encode("utf-16")), id="base64 of UTF-16"),
        pytest.param(lambda pem: pem.encode("utf-16"), id="UTF-16 with a mark"),
        pytest.param(lambda pem: pem.encode("utf-16-be"), id="UTF-16 big end first"),
        pytest.param(lambda pem: pem.encode("utf-16-le"), id="UTF-16 little end first"),
        pytest.param(lambda pem: pem.encode("utf-32"), id="UTF-32"),
        pytest.param(lambda pem: pem.encode("utf-16").decode("latin-1"), id="UTF-16 misread"),
        pytest.param("\x00".join, id="UTF-16 misread without a mark"),
    ],
)
def test_what_is_unambiguous_is_mended_and_signs(pem: str, mangle: Callable[[str], Any]) -> None:
    assert signs(mangle(pem))


def test_one_long_base64_line_is_a_key(pem: str) -> None:
    head, *lines, foot = pem.strip().split("\n")
    assert signs(f"{head}\n{''.join(lines)}\n{foot}\n")


def test_pkcs1_is_a_key_too(rsa_key: rsa.RSAPrivateKey) -> None:
    text = rsa_key.private_bytes(
        Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
    ).decode()
    assert text.startswith("-----BEGIN RSA PRIVATE KEY-----")
    assert signs(text)


def test_a_key_as_issued_is_not_copied(pem: str) -> None:
    assert account_with(pem).private_key is pem


@pytest.mark.parametrize(
    ("mangle", "expected"),
    [
        (lambda pem: pem.replace("\n", " "), "line breaks were lost"),
        (lambda pem: pem.replace("\n", ""), "line breaks were lost"),
        (lambda pem: pem.replace("\n", "", 3), "line breaks were lost"),
        (lambda pem: "\n".join(pem.strip().split("\n")[1:-1]), "marker lines are missing"),
        (lambda pem: "\n".join(pem.strip().split("\n")[1:]), "marker lines are missing"),
        (lambda pem: "\n".join(pem.strip().split("\n")[:-1]), "-----END line is missing"),
        (lambda pem: pem.replace("-----BEGIN", "--BEGIN"), "-----BEGIN line is damaged"),
        (lambda pem: pem[: len(pem) // 2], "-----END line is missing"),
        (lambda pem: "", "it is empty"),
        (lambda pem: " \n ", "it is empty"),
        (lambda pem: '""', "it is empty"),
        (lambda pem: "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----", "nothing between"),
        (lambda pem: "/etc/secrets/private_20260302.key", "path of a file"),
        (lambda pem: "private_20260302.key", "path of a file"),
        (lambda pem: "C:\\keys\\works.pem", "path of a file"),
        (lambda pem: "~/works", "path of a file"),
        (lambda pem: "run/secrets/works_key", "path of a file"),
        (lambda pem: "MIIEvQIBADANBgkqhkiG9w0BAQ/EFAASC", "no -----BEGIN marker"),
        (lambda pem: "changeme", "not PEM text"),
        (lambda pem: "ssh-rsa AAAAB3NzaC1yc2E me@host", "SSH public key"),
        (lambda pem: b"\x30\x82\x04\xbe\xff", "binary"),
        (lambda pem: b"\x30\x82\x04\xbe\x02\x01\x03\x80", "binary"),
        (lambda pem: pem.encode("utf-16")[:-1], "binary"),
        (lambda pem: "file:///run/secrets/works", "path of a file"),
        (lambda pem: "$HOME/works", "path of a file"),
        (lambda pem: "\\\\server\\keys\\works", "path of a file"),
        (lambda pem: "PuTTY-User-Key-File-2: ssh-rsa", "PuTTY"),
        (lambda pem: "---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----", "SSH2"),
        (lambda pem: "<RSAKeyValue><Modulus>", "in XML"),
        (lambda pem: "<!DOCTYPE html><html>", "a web page"),
        (lambda pem: "${NAVERWORKS_PRIVATE_KEY}", "never filled in"),
        (lambda pem: "<your private key>", "never filled in"),
        (lambda pem: '{"kty": "RSA", "n": "AQAB"}', "JSON without"),
        (lambda pem: json.dumps([pem, f"{pem} "]), "more than one private key"),
        (lambda pem: pem.replace("PRIVATE KEY", "PGP PRIVATE KEY BLOCK"), "a PGP key"),
        (lambda pem: pem.replace("-----", "—"), "-----BEGIN line is damaged"),
        (lambda pem: None, "must be text, not NoneType"),
        (lambda pem: 7, "must be text, not int"),
        (lambda pem: pem * 2, "more than one private key"),
        (lambda pem: "x" * 70_000, "far too long"),
        (lambda pem: pem.replace("M", "é", 1), "do not belong into base64"),
        (lambda pem: pem.replace("\n", "\n=", 2), "damaged or cut off"),
    ],
)
def test_each_mistake_has_its_own_sentence(
    pem: str, mangle: Callable[[str], Any], expected: str
) -> None:
    assert expected in reason(mangle(pem))


def test_a_text_that_lost_its_last_lines_is_cut_off(pem: str) -> None:
    lines = pem.strip().split("\n")
    assert "cut off" in reason("\n".join([*lines[:-6], lines[-1]]))


def test_a_text_that_gained_something_is_damaged(pem: str) -> None:
    head, *lines, foot = pem.strip().split("\n")
    der = base64.b64decode("".join(lines)) + b"more"
    assert "damaged" in reason(f"{head}\n{base64.b64encode(der).decode()}\n{foot}")


@pytest.mark.parametrize(
    ("der", "label"),
    [
        ("3000", "PRIVATE KEY"),
        ("30", "RSA PRIVATE KEY"),
        ("3006020100040100", "RSA PRIVATE KEY"),
        ("3084", "PRIVATE KEY"),
        ("3005020100" + "0500", "PRIVATE KEY"),
        ("00" * 40, "PRIVATE KEY"),
    ],
)
def test_base64_that_holds_no_key_at_all_is_refused(der: str, label: str) -> None:
    body = base64.b64encode(bytes.fromhex(der)).decode()
    assert reason(f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")


@pytest.mark.parametrize("format_", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
@pytest.mark.parametrize("mangle", [lambda t: t, lambda t: t.replace("\n", " ")])
def test_an_encrypted_key_is_recognised(
    rsa_key: rsa.RSAPrivateKey, format_: PrivateFormat, mangle: Callable[[str], str]
) -> None:
    text = rsa_key.private_bytes(Encoding.PEM, format_, BestAvailableEncryption(b"x")).decode()
    assert "encrypted with a passphrase" in reason(mangle(text))


@pytest.mark.parametrize("format_", [PublicFormat.SubjectPublicKeyInfo, PublicFormat.PKCS1])
def test_a_public_key_is_recognised(rsa_key: rsa.RSAPrivateKey, format_: PublicFormat) -> None:
    text = rsa_key.public_key().public_bytes(Encoding.PEM, format_).decode()
    assert "it is a public key" in reason(text)
    assert "it is a public key" in reason(text.replace("\n", ""))


def test_a_certificate_is_recognised(pem: str) -> None:
    text = pem.replace("PRIVATE KEY", "CERTIFICATE")
    assert "it is a certificate" in reason(text)


def test_a_key_in_front_of_its_certificate_is_found(pem: str) -> None:
    assert signs(pem.replace("PRIVATE KEY", "CERTIFICATE") + pem)


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda: ec.generate_private_key(ec.SECP256R1()), "elliptic-curve"),
        (ed25519.Ed25519PrivateKey.generate, "Ed25519"),
        (lambda: dsa.generate_private_key(2048), "DSA"),
    ],
)
def test_a_key_of_another_kind_is_named(make: Callable[[], Any], kind: str) -> None:
    key = make()
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    assert kind in reason(text)
    if kind != "Ed25519":
        text = key.private_bytes(
            Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()
        ).decode()
        assert kind in reason(text)


def test_an_openssh_key_is_named(rsa_key: rsa.RSAPrivateKey) -> None:
    text = rsa_key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()
    assert "OpenSSH" in reason(text)


@pytest.mark.parametrize("format_", [PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL])
def test_a_key_too_small_for_rs256_is_refused(format_: PrivateFormat) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505
    text = key.private_bytes(Encoding.PEM, format_, NoEncryption()).decode()
    assert "1024 bits, and 2048 are the least" in reason(text)


def test_damage_that_the_form_does_not_show_is_named_at_the_first_signature(pem: str) -> None:
    lines = pem.strip().split("\n")
    lines[8], lines[18] = lines[18], lines[8]
    signer = Signer(account_with("\n".join(lines)))
    for _ in range(2):
        with pytest.raises(InvalidPrivateKey, match="content is damaged"):
            signer.sign({"iss": "c"})


@given(text=st.text(max_size=300))
def test_any_text_is_a_named_error(text: str) -> None:
    reason(text)


@given(data=st.data())
def test_any_damage_to_a_key_is_a_named_error_or_still_signs(pem: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(pem) - 1))
    length = data.draw(st.integers(0, 80))
    piece = data.draw(st.text(max_size=5) | st.sampled_from(["\n", " ", "-----", "=", "A"]))
    mangled = pem[:start] + piece + pem[start + length :]
    try:
        # The signature itself is left out: loading a key takes 40 ms.
        account_with(mangled)
    except InvalidPrivateKey as error:
        assert error.hint  # noqa: PT017 - both outcomes are right


def test_constructing_an_account_loads_neither_jwt_nor_cryptography(pem: str) -> None:
    code = (
        "import sys\n"
        "import naverworks_notify as nw\n"
        "nw.ServiceAccount(client_id='c', client_secret='s', service_account_id='x@y',"
        " private_key=sys.stdin.read())\n"
        "print(sorted({'jwt', 'cryptography', 'httpx', 'filelock'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=pem, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("-----BEGIN PRIVATE KEY-----\n" + " " * 30_000 + "!", id="blanks"),
        pytest.param("-----BEGIN PRIVATE KEY-----\n" + " \n" * 15_000 + "!", id="blank lines"),
        pytest.param("-----BEGIN " * 2_900, id="markers"),
        pytest.param("-----BEGIN A-----" * 1_900, id="whole markers"),
        pytest.param("-----BEGIN PRIVATE KEY-----" + "\\" * 30_000, id="backslashes"),
        pytest.param("export" + " " * 30_000 + "!", id="an assignment"),
        pytest.param("a" * 30_000 + "!", id="a word"),
        pytest.param("A" * 30_000 + " " * 2_000 + "!", id="base64"),
        pytest.param("\r" * 32_000, id="carriage returns"),
        pytest.param("\r" * 31_000 + "BEGIN", id="carriage returns before"),
        pytest.param("[" * 32_000, id="brackets"),
        pytest.param('{"a":' * 6_000, id="objects"),
        pytest.param("\x00" * 32_000, id="zeros"),
        pytest.param("'" * 32_000, id="quotes"),
        pytest.param("-----BEGIN PRIVATE KEY-----\n" + "=" * 30_000, id="padding"),
        pytest.param("-----BEGIN PRIVATE KEY-----\n" + "A\n" * 15_000, id="short lines"),
        pytest.param("/" * 32_000, id="slashes"),
    ],
)
def test_no_text_takes_longer_than_its_length_allows(text: str) -> None:
    # The work of this thread alone, the least of five: quadratic, it would be seconds.
    quarter, whole = (min(_cost(text[: len(text) // part]) for _ in range(5)) for part in (4, 1))
    assert whole < 9 * quarter + 50_000_000


def _cost(text: str) -> int:
    """Return nanoseconds of this thread's own work."""
    started = time.thread_time_ns()
    with contextlib.suppress(InvalidPrivateKey):
        account_with(text)
    return time.thread_time_ns() - started


def numbers_of(key: rsa.RSAPrivateKey) -> dict[str, int]:
    private = key.private_numbers()
    return {
        "n": private.public_numbers.n,
        "e": private.public_numbers.e,
        "d": private.d,
        "p": private.p,
        "q": private.q,
        "dmp1": private.dmp1,
        "dmq1": private.dmq1,
        "iqmp": private.iqmp,
    }


def der_of(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 128:
        return bytes([tag, length]) + content
    width = (length.bit_length() + 7) // 8
    return bytes([tag, 0x80 | width]) + length.to_bytes(width, "big") + content


def pem_of(numbers: dict[str, int]) -> str:
    """Write a key of any numbers, as no library would."""
    integers = [0, *(numbers[name] for name in ("n", "e", "d", "p", "q", "dmp1", "dmq1", "iqmp"))]
    body = b"".join(
        der_of(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True))
        for number in integers
    )
    text = base64.encodebytes(der_of(0x30, body)).decode()
    return f"-----BEGIN RSA PRIVATE KEY-----\n{text}-----END RSA PRIVATE KEY-----\n"


def test_a_key_written_by_hand_is_the_same_key(rsa_key: rsa.RSAPrivateKey, pem: str) -> None:
    written = pem_of(numbers_of(rsa_key))
    assert signs(written)
    endpoints = Endpoints.GOV
    assert store_key(account_with(written), endpoints) == store_key(account_with(pem), endpoints)


@pytest.mark.parametrize("name", ["n", "d", "p", "q", "dmp1", "dmq1", "iqmp"])
@pytest.mark.parametrize("change", [2, -2, "negative", "zero", "other"])
def test_numbers_that_do_not_belong_together_are_refused_before_anything_is_signed(
    rsa_key: rsa.RSAPrivateKey, other_rsa_key: rsa.RSAPrivateKey, name: str, change: Any
) -> None:
    numbers = numbers_of(rsa_key)
    if isinstance(change, int):
        numbers[name] += change
    elif change == "other":
        numbers[name] = numbers_of(other_rsa_key)[name]
    else:
        numbers[name] = 0 if change == "zero" else -numbers[name]
    for _ in range(2):
        with pytest.raises(InvalidPrivateKey):
            store_key(account_with(pem_of(numbers)), Endpoints.GOV)
        with pytest.raises(InvalidPrivateKey):
            signs(pem_of(numbers))


def test_trivial_factors_of_another_ones_modulus_prove_nothing(rsa_key: rsa.RSAPrivateKey) -> None:
    numbers = numbers_of(rsa_key)
    n, e = numbers["n"], numbers["e"]
    d = pow(e, -1, n - 1)
    for p, q in ((1, n), (n, 1), (-1, -n)):
        forged = {**numbers, "d": d, "p": p, "q": q, "dmp1": 0, "dmq1": d, "iqmp": 0}
        with pytest.raises(InvalidPrivateKey):
            store_key(account_with(pem_of(forged)), Endpoints.GOV)


@pytest.mark.parametrize("exponent", [0, 1, 2, 65536, (1 << 32) + 1, -65537])
def test_a_public_exponent_that_costs_or_proves_nothing_is_refused_at_once(
    rsa_key: rsa.RSAPrivateKey, exponent: int
) -> None:
    told = reason(pem_of({**numbers_of(rsa_key), "e": exponent}))
    assert "public exponent" in told


def test_a_modulus_of_a_strangers_choice_is_bounded(rsa_key: rsa.RSAPrivateKey) -> None:
    told = reason(pem_of({**numbers_of(rsa_key), "n": 1 << 8192}))
    assert "8192 are the most" in told


def test_the_full_validation_says_the_same_of_a_good_key_and_of_a_damaged_one(
    pem: str,
) -> None:
    validate_key(account_with(pem))
    lines = pem.strip().split("\n")
    lines[8], lines[18] = lines[18], lines[8]
    with pytest.raises(InvalidPrivateKey, match="content is damaged"):
        validate_key(account_with("\n".join(lines)))


def test_nobody_is_told_to_have_another_key_issued_where_this_one_may_be_good(pem: str) -> None:
    lines = pem.strip().split("\n")
    lines[8], lines[18] = lines[18], lines[8]
    with pytest.raises(InvalidPrivateKey) as caught:
        signs("\n".join(lines))
    assert caught.value.hint is not None
    assert "issue" not in caught.value.hint.en
    assert "발급" not in caught.value.hint.ko
