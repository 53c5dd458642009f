"""Each way a key gets mangled is told apart at once, and what is unambiguous is mended."""

from __future__ import annotations

import base64
import subprocess
import sys
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

from naverworks_notify.auth import ServiceAccount
from naverworks_notify.auth._signer import Signer
from naverworks_notify.errors import AuthError, InvalidPrivateKey


def account_with(private_key: Any) -> ServiceAccount:
    return ServiceAccount(
        client_id="c", client_secret="s", service_account_id="x@y", private_key=private_key
    )


def signs(private_key: Any) -> bool:
    return Signer(account_with(private_key)).sign({"iss": "c"}).count(".") == 2


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
        (lambda pem: "changeme", "not PEM text"),
        (lambda pem: "ssh-rsa AAAAB3NzaC1yc2E me@host", "SSH public key"),
        (lambda pem: pem.encode("utf-16"), "binary"),
        ("\x00".join, "binary or in UTF-16"),
        (lambda pem: b"\x30\x82\x04\xbe\xff", "binary"),
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
