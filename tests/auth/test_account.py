"""An account is checked when it is made, found in the environment, and shows no secret."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path
from typing import Any

import pytest

from naverworks_notify.auth import ServiceAccount
from naverworks_notify.errors import InvalidPrivateKey, InvalidValue

FIELDS = {
    "client_id": "client-1",
    "client_secret": "the-client-secret",
    "service_account_id": "x1.serviceaccount@example.com",
}


@pytest.fixture
def environ(pem: str) -> dict[str, str]:
    named = {f"NAVERWORKS_{name.upper()}": value for name, value in FIELDS.items()}
    return {**named, "NAVERWORKS_PRIVATE_KEY": pem}


def paths(caught: pytest.ExceptionInfo[InvalidValue]) -> set[str]:
    return {violation.path for violation in caught.value.violations}


def test_scopes_default_to_the_least_a_notifier_needs(account: ServiceAccount) -> None:
    assert account.scopes == ("bot.message", "user.read")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("bot  user.read", ("bot", "user.read")),
        (["bot", "user.read", "bot"], ("bot", "user.read")),
        (("bot",), ("bot",)),
    ],
)
def test_scopes_are_taken_in_any_form(pem: str, given: Any, expected: tuple[str, ...]) -> None:
    assert ServiceAccount(**FIELDS, private_key=pem, scopes=given).scopes == expected


@pytest.mark.parametrize("scopes", [(), "", ("bot message",), ("",), (7,), 7, None, ("bot\n",)])
def test_scopes_that_cannot_be_requested_are_refused(pem: str, scopes: Any) -> None:
    with pytest.raises(InvalidValue) as caught:
        ServiceAccount(**FIELDS, private_key=pem, scopes=scopes)
    assert all(path.startswith("scopes") for path in paths(caught))


def test_every_bad_field_is_reported_at_once(pem: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        ServiceAccount(client_id=" ", client_secret=7, service_account_id="a\nb", private_key=pem)  # type: ignore[arg-type]
    assert paths(caught) == {"client_id", "client_secret", "service_account_id"}


def test_blanks_around_a_field_are_dropped(pem: str) -> None:
    account = ServiceAccount(
        client_id=" client-1\n", client_secret="s\n", service_account_id="x@y ", private_key=pem
    )
    assert (account.client_id, account.client_secret, account.service_account_id) == (
        "client-1",
        "s",
        "x@y",
    )


def test_the_repr_shows_neither_secret_nor_key(account: ServiceAccount) -> None:
    shown = repr(account) + str(account)
    assert "client-1" in shown
    assert "the-client-secret" not in shown
    assert account.private_key[40:60] not in shown
    assert "BEGIN" not in shown


def test_it_equals_and_hashes_by_value(account: ServiceAccount, pem: str) -> None:
    same = ServiceAccount(**FIELDS, private_key=pem)
    assert same == account
    assert hash(same) == hash(account)
    assert ServiceAccount(**FIELDS, private_key=pem, scopes="bot") != account


def test_it_copies_but_never_pickles(account: ServiceAccount) -> None:
    assert copy.copy(account) is account
    assert copy.deepcopy([account])[0] is account
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        with pytest.raises(TypeError, match="does not pickle"):
            pickle.dumps(account, protocol)


def test_another_key_gives_another_account(
    account: ServiceAccount, other_rsa_key: Any, to_pem: Any
) -> None:
    other = account.with_private_key(to_pem(other_rsa_key))
    assert other.private_key == to_pem(other_rsa_key)
    assert other.client_id == account.client_id
    assert other != account


def test_the_environment_gives_the_account(
    environ: dict[str, str], account: ServiceAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ServiceAccount.from_env(environ) == account
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NAVERWORKS_SCOPES", raising=False)
    monkeypatch.delenv("NAVERWORKS_PRIVATE_KEY_FILE", raising=False)
    assert ServiceAccount.from_env() == account


def test_scopes_in_the_environment_are_separated_by_blanks(environ: dict[str, str]) -> None:
    account = ServiceAccount.from_env({**environ, "NAVERWORKS_SCOPES": " bot user.read "})
    assert account.scopes == ("bot", "user.read")


def test_the_key_may_be_in_a_file(environ: dict[str, str], tmp_path: Path, pem: str) -> None:
    path = tmp_path / "works.key"
    path.write_bytes(b"\xef\xbb\xbf" + pem.replace("\n", "\r\n").encode())
    environ["NAVERWORKS_PRIVATE_KEY_FILE"] = str(path)
    environ["NAVERWORKS_PRIVATE_KEY"] = ""
    assert ServiceAccount.from_env(environ).private_key == pem


def test_the_key_text_wins_over_the_file(environ: dict[str, str], pem: str) -> None:
    environ["NAVERWORKS_PRIVATE_KEY_FILE"] = "/does/not/exist"
    assert ServiceAccount.from_env(environ).private_key == pem


def test_every_missing_variable_is_named() -> None:
    with pytest.raises(InvalidValue) as caught:
        ServiceAccount.from_env({"NAVERWORKS_CLIENT_ID": " "})
    assert paths(caught) == {
        "NAVERWORKS_CLIENT_ID",
        "NAVERWORKS_CLIENT_SECRET",
        "NAVERWORKS_SERVICE_ACCOUNT_ID",
        "NAVERWORKS_PRIVATE_KEY",
    }


@pytest.mark.parametrize("content", [None, b"", b"not a key"])
def test_a_key_file_that_cannot_be_used_says_why(
    environ: dict[str, str], tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "works.key"
    if content is not None:
        path.write_bytes(content)
    del environ["NAVERWORKS_PRIVATE_KEY"]
    environ["NAVERWORKS_PRIVATE_KEY_FILE"] = str(path)
    with pytest.raises(InvalidPrivateKey) as caught:
        ServiceAccount.from_env(environ)
    assert "not a key" not in str(caught.value)
    if content is None:
        assert "NAVERWORKS_PRIVATE_KEY_FILE" in str(caught.value)
