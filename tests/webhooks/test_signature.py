"""A callback is believed only if its signature fits its raw bytes."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naverworks_notify.webhooks import verify

SECRET = "bot-secret"


def sign(body: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def test_the_documented_example_is_accepted(samples: dict[str, Any]) -> None:
    signed = samples["callbackSignature"]
    body = signed["rawBody"].encode()
    assert verify(body, signed["headers"]["X-WORKS-Signature"], signed["botSecret"])


def test_each_documented_forgery_is_refused(samples: dict[str, Any]) -> None:
    signed = samples["callbackSignature"]
    assert signed["mustFail"]
    for forged in signed["mustFail"]:
        accepted = verify(forged["rawBody"].encode(), forged["signature"], signed["botSecret"])
        assert accepted is False, forged["why"]


@given(st.binary(max_size=200), st.text(min_size=1, max_size=40))
def test_what_was_signed_verifies_whatever_the_bytes(body: bytes, secret: str) -> None:
    try:
        signature = sign(body, secret)
    except UnicodeEncodeError:
        # A lone surrogate has no bytes, so nobody can have signed with it.
        assert verify(body, "A" * 43 + "=", secret) is False
        return
    assert verify(body, signature, secret)


@given(st.binary(min_size=1, max_size=200), st.data())
def test_one_other_bit_in_the_body_is_refused(body: bytes, data: st.DataObject) -> None:
    signature = sign(body)
    position = data.draw(st.integers(0, len(body) - 1))
    bit = data.draw(st.integers(0, 7))
    other = bytearray(body)
    other[position] ^= 1 << bit
    assert not verify(bytes(other), signature, SECRET)


@given(st.text(max_size=80))
def test_no_other_text_is_taken_for_the_signature(signature: str) -> None:
    assert verify(b"body", signature, SECRET) is (signature.strip() == sign(b"body"))


@pytest.mark.parametrize("signature", [None, b"bytes", 1, "", "=", "%%%", "é" * 44, "\ud800"])
def test_a_malformed_signature_is_refused_without_an_exception(signature: Any) -> None:
    assert verify(b"body", signature, SECRET) is False


@pytest.mark.parametrize("body", ["text", None, 1, {"type": "message"}])
def test_a_body_that_is_no_bytes_is_refused_without_an_exception(body: Any) -> None:
    assert verify(body, sign(b"text"), SECRET) is False


@pytest.mark.parametrize("secret", ["", None, b"bot-secret", 7, "\ud800"])
def test_an_unusable_secret_never_verifies(secret: Any) -> None:
    assert verify(b"body", sign(b"body", ""), secret) is False
    assert verify(b"body", sign(b"body"), secret) is False


def test_bytearray_and_memoryview_bodies_are_bytes_too() -> None:
    signature = sign(b"body")
    assert verify(bytearray(b"body"), signature, SECRET)  # type: ignore[arg-type]
    assert verify(memoryview(b"body"), signature, SECRET)  # type: ignore[arg-type]


def test_a_body_beyond_the_cap_is_not_even_hashed() -> None:
    body = b"x" * (1024 * 1024 + 1)
    assert verify(body, sign(body), SECRET) is False
    assert verify(body[:-1], sign(body[:-1]), SECRET)


def test_any_view_of_bytes_is_the_bytes_it_shows() -> None:
    doubled = bytes(byte for pair in zip(b"body", b"xxxx", strict=True) for byte in pair)
    assert verify(memoryview(doubled)[::2], sign(b"body"), SECRET)  # type: ignore[arg-type]
    assert verify(memoryview(b"ydob")[::-1], sign(b"body"), SECRET)  # type: ignore[arg-type]
    wide = memoryview(b"body").cast("i")
    assert verify(wide, sign(b"body"), SECRET)  # type: ignore[arg-type]
    released = memoryview(b"body")
    released.release()
    assert verify(released, sign(b"body"), SECRET) is False  # type: ignore[arg-type]
    large = memoryview(b"x" * (2 * 1024 * 1024)).cast("q")
    assert verify(large, sign(bytes(large)), SECRET) is False  # type: ignore[arg-type]


def test_any_of_several_secrets_may_fit() -> None:
    assert verify(b"body", sign(b"body"), ("old", SECRET))
    assert not verify(b"body", sign(b"body"), ("old", "older"))
    assert not verify(b"body", sign(b"body", ""), ("", SECRET))


@pytest.mark.parametrize("secret", [f"{SECRET}\n", f" {SECRET}\r\n", f"\t{SECRET}"])
def test_the_line_break_of_a_mounted_secret_does_no_harm(secret: str) -> None:
    assert verify(b"body", sign(b"body"), secret)
    assert not verify(b"body", sign(b"body", ""), f"{secret}\n")
    assert not verify(b"body", sign(b"body", ""), "\n")


@pytest.mark.parametrize("blank", [" ", "\n", "\r\n"])
def test_a_secret_of_blanks_is_as_guessable_as_an_empty_one(blank: str) -> None:
    assert not verify(b"body", sign(b"body", blank), blank)
    assert not verify(b"body", sign(b"body", blank), (blank, SECRET))
    assert verify(b"body", sign(b"body"), (blank, SECRET))


def test_the_names_of_several_secrets_are_no_secrets() -> None:
    assert not verify(b"body", sign(b"body", "old"), {"old": SECRET})
    assert verify(b"body", sign(b"body"), {"old": SECRET}.values())
