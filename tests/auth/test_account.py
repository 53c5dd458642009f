"""An account is checked when it is made, found in the environment, and shows no secret."""

from __future__ import annotations

import copy
import os
import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naverworks_notify.auth import Endpoints, ServiceAccount, bot_id_from_env
from naverworks_notify.client import Client
from naverworks_notify.errors import InvalidPrivateKey, InvalidValue, NaverWorksError

VARIABLES = (
    "NAVERWORKS_CLIENT_ID",
    "NAVERWORKS_CLIENTID",
    "NAVERWORKS_CLIENT_SECRET",
    "NAVERWORKS_SERVICE_ACCOUNT_ID",
    "NAVERWORKS_PRIVATE_KEY",
    "NAVERWORKS_PRIVATE_KEY_FILE",
    "NAVERWORKS_SCOPES",
    "NAVERWORKS_BOT_ID",
    "NAVERWORKS_API_URL",
    "NAVERWORKS_AUTH_URL",
)

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
    assert account.scopes == ("bot.message", "bot.read", "user.read")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("bot  user.read", ("bot", "user.read")),
        (["bot", "user.read", "bot"], ("bot", "user.read")),
        (("bot",), ("bot",)),
        ("bot,user.read", ("bot", "user.read")),
        ("bot, user.read ,bot;directory.read", ("bot", "user.read", "directory.read")),
        ("bot、user.read，directory", ("bot", "user.read", "directory")),
        (("bot,user.read", "directory"), ("bot", "user.read", "directory")),
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


def violation(caught: pytest.ExceptionInfo[InvalidValue], path: str) -> str:
    return " ".join(found.message for found in caught.value.violations if found.path == path)


@pytest.mark.parametrize(
    "mangle",
    [
        pytest.param(lambda name, value: f'"{value}"', id="double quotes"),
        pytest.param(lambda name, value: f"'{value}'", id="single quotes"),
        pytest.param(lambda name, value: f"“{value}”", id="typographic quotes"),
        pytest.param(lambda name, value: f"{value}\n", id="a trailing newline"),
        pytest.param(lambda name, value: f" {value}\r\n", id="CR LF"),
        pytest.param(lambda name, value: f'" {value} "\n', id="quotes, blanks and a newline"),
        pytest.param(lambda name, value: f"\ufeff{value}\u200b", id="invisible characters"),
        pytest.param(lambda name, value: f"\u00a0{value}\t", id="a blank that does not break"),
        pytest.param(lambda name, value: f"{name}={value}", id="the whole line"),
        pytest.param(lambda name, value: f'export {name}="{value}"', id="the shell's line"),
    ],
)
def test_what_stands_around_a_value_is_taken_off(
    environ: dict[str, str], account: ServiceAccount, mangle: Any
) -> None:
    environ["NAVERWORKS_SCOPES"] = "bot.message,bot.read,user.read"
    environ["NAVERWORKS_BOT_ID"] = "2000001"
    mangled = {name: mangle(name, value) for name, value in environ.items()}
    assert ServiceAccount.from_env(mangled) == account
    assert bot_id_from_env(mangled) == 2000001


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("NAVERWORKS_CLIENT_ID", "client-1 # the app"),
        ("NAVERWORKS_CLIENT_ID", "cli\nent"),
        ("NAVERWORKS_CLIENT_ID", "ｃｌｉｅｎｔ"),
        ("NAVERWORKS_CLIENT_ID", "NAVERWORKS_CLIENT_SECRET=abc"),
        ("NAVERWORKS_CLIENT_ID", '"client-1'),
        ("NAVERWORKS_CLIENT_SECRET", "a\tb"),
        ("NAVERWORKS_CLIENT_SECRET", "비밀"),
        ("NAVERWORKS_CLIENT_SECRET", "\"'in two pairs'\""),
        ("NAVERWORKS_SCOPES", "bot.message+user.read"),
        ("NAVERWORKS_SCOPES", "bot.message%20user.read"),
        ("NAVERWORKS_SCOPES", "bot.message # to send"),
        ("NAVERWORKS_SERVICE_ACCOUNT_ID", "client-1"),
        ("NAVERWORKS_SERVICE_ACCOUNT_ID", "2000001"),
        ("NAVERWORKS_SERVICE_ACCOUNT_ID", "x1 serviceaccount@example.com"),
        ("NAVERWORKS_SCOPES", '["bot.message"]'),
        ("NAVERWORKS_SCOPES", "bot.message 봇"),
    ],
)
def test_a_value_that_cannot_be_right_is_refused_by_its_variable_without_being_shown(
    environ: dict[str, str], variable: str, value: str
) -> None:
    with pytest.raises(InvalidValue) as caught:
        ServiceAccount.from_env({**environ, variable: value})
    assert paths(caught) == {variable}
    assert value not in str(caught.value)


@pytest.mark.parametrize(
    "value", ["2000001", " 2000001\n", '"2000001"', "２０００００１", "0002000001"]
)
def test_a_bot_id_is_read_as_people_set_it(value: str) -> None:
    assert bot_id_from_env({"NAVERWORKS_BOT_ID": value}) == 2000001


@pytest.mark.parametrize("value", ["bot", "-1", "0", "2000001.0", "2,000,001", "1" * 5000])
def test_a_bot_id_that_is_none_is_refused_by_its_variable(value: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        bot_id_from_env({"NAVERWORKS_BOT_ID": value})
    assert paths(caught) == {"NAVERWORKS_BOT_ID"}


def test_no_bot_id_is_none() -> None:
    assert bot_id_from_env({}) is None
    assert bot_id_from_env({"NAVERWORKS_BOT_ID": ' ""'}) is None


def test_a_client_of_the_environment_names_the_variable_of_its_bot(
    environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**environ, "NAVERWORKS_BOT_ID": "'２０００００１'\n"}.items():
        monkeypatch.setenv(name, value)
    with Client.from_env() as works:
        assert works.bot_id == 2000001
    monkeypatch.setenv("NAVERWORKS_BOT_ID", "my bot")
    with pytest.raises(InvalidValue, match="NAVERWORKS_BOT_ID: must be the number"):
        Client.from_env()


@pytest.mark.parametrize(
    ("variable", "set_instead"),
    [
        ("NAVERWORKS_CLIENT_ID", "NAVERWORKS_CLIENTID"),
        ("NAVERWORKS_CLIENT_ID", "naverworks_client_id"),
        ("NAVERWORKS_CLIENT_ID", "NAVER_WORKS_CLIENT_ID"),
        ("NAVERWORKS_CLIENT_ID", "LINEWORKS_CLIENT_ID"),
        ("NAVERWORKS_CLIENT_ID", "NAVERWORKS_CLENT_ID"),
        ("NAVERWORKS_CLIENT_ID", "NAVERWORK_CLIENT_ID"),
        ("NAVERWORKS_CLIENT_SECRET", "NAVERWORKS_CLIENT_SECRETS"),
        ("NAVERWORKS_SERVICE_ACCOUNT_ID", "NAVERWORKS_SERVICE_ACCOUNT"),
        ("NAVERWORKS_PRIVATE_KEY", "NAVERWORKS_PRIVATEKEY"),
        ("NAVERWORKS_PRIVATE_KEY", "NAVERWORKS_PRIVATE_KEY_PATH"),
    ],
)
def test_a_variable_that_is_nearly_right_is_asked_about(
    environ: dict[str, str], variable: str, set_instead: str
) -> None:
    environ[set_instead] = environ.pop(variable)
    with pytest.raises(InvalidValue) as caught:
        ServiceAccount.from_env(environ)
    assert f"{set_instead} is set; did you mean {variable}" in violation(caught, variable)


@pytest.mark.parametrize(
    ("set_instead", "meant"),
    [
        ("NAVERWORKS_PRIVATE_KEY_PATH", "NAVERWORKS_PRIVATE_KEY_FILE"),
        ("NAVERWORKS_PRIVATEKEYFILE", "NAVERWORKS_PRIVATE_KEY_FILE"),
        ("NAVERWORKS_PRIVATE_KEY_FILENAME", "NAVERWORKS_PRIVATE_KEY_FILE"),
        ("NAVERWORKS_PRIVATEKEY", "NAVERWORKS_PRIVATE_KEY"),
        ("NAVERWORKS_PRIVATE_KEY_PEM", "NAVERWORKS_PRIVATE_KEY"),
    ],
)
def test_the_path_of_a_key_is_not_asked_for_as_the_key(
    environ: dict[str, str], set_instead: str, meant: str
) -> None:
    environ[set_instead] = environ.pop("NAVERWORKS_PRIVATE_KEY")
    with pytest.raises(InvalidValue, match=rf"did you mean {meant}\?"):
        ServiceAccount.from_env(environ)


def test_a_variable_that_is_right_is_no_near_miss_of_another(environ: dict[str, str]) -> None:
    del environ["NAVERWORKS_CLIENT_ID"]
    with pytest.raises(InvalidValue) as caught:
        ServiceAccount.from_env(environ)
    assert "did you mean" not in str(caught.value)


def test_an_optional_variable_that_is_nearly_right_is_logged(
    environ: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    ServiceAccount.from_env({**environ, "NAVERWORKS_SCOPE": "bot"})
    assert "NAVERWORKS_SCOPE is set, but not read; did you mean NAVERWORKS_SCOPES?" in caplog.text
    caplog.clear()
    # Whoever misspells this one would tell everybody.
    ServiceAccount.from_env({**environ, "NAVERWORKS_ONLYTO": "example.com"})
    assert "NAVERWORKS_ONLYTO is set, but not read; did you mean NAVERWORKS_ONLY_TO?" in caplog.text
    caplog.clear()
    ServiceAccount.from_env({**environ, "NAVERWORKS_SCOPES": "bot", "WORKS_UNRELATED": "1"})
    assert caplog.text == ""


def test_where_both_the_key_and_its_file_are_set_it_is_said_which_was_read(
    environ: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    environ["NAVERWORKS_PRIVATE_KEY_FILE"] = "/does/not/exist"
    ServiceAccount.from_env(environ)
    assert "Both NAVERWORKS_PRIVATE_KEY and NAVERWORKS_PRIVATE_KEY_FILE are set" in caplog.text
    environ["NAVERWORKS_PRIVATE_KEY"] = "changeme"
    with pytest.raises(InvalidPrivateKey, match=r"in NAVERWORKS_PRIVATE_KEY .which wins over"):
        ServiceAccount.from_env(environ)


@pytest.mark.parametrize("write_out", [False, True])
def test_the_text_of_the_key_may_stand_where_its_path_is_expected(
    environ: dict[str, str], pem: str, *, write_out: bool
) -> None:
    del environ["NAVERWORKS_PRIVATE_KEY"]
    text = pem.replace("\n", "\\n") if write_out else pem
    environ["NAVERWORKS_PRIVATE_KEY_FILE"] = text
    assert ServiceAccount.from_env(environ).private_key == pem
    environ["NAVERWORKS_PRIVATE_KEY_FILE"] = text[:-200]
    with pytest.raises(InvalidPrivateKey, match=r"in NAVERWORKS_PRIVATE_KEY_FILE .its text"):
        ServiceAccount.from_env(environ)


def test_a_path_where_the_key_is_expected_is_refused_by_its_variable(
    environ: dict[str, str], tmp_path: Path, pem: str
) -> None:
    path = tmp_path / "works.key"
    path.write_text(pem)
    environ["NAVERWORKS_PRIVATE_KEY"] = str(path)
    with pytest.raises(InvalidPrivateKey, match=r"in NAVERWORKS_PRIVATE_KEY cannot .* path"):
        ServiceAccount.from_env(environ)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("missing.key", "cannot be read"),
        ("", "cannot be read"),  # the folder itself
        ("empty.key", "it is empty"),
        ("large.key", "far too long"),
        ("half.key", "-----END line is missing"),
        ("public.key", "a public key"),
        ("works.p12", "it is binary"),
        ("nul\x00.key", "not a path that this system knows"),
        ("half\ud800.key", "not a path that this system knows"),
        ("x" * 500, "cannot be read"),
    ],
)
def test_each_trouble_with_the_file_has_its_own_sentence_and_names_the_variable(
    *, environ: dict[str, str], tmp_path: Path, pem: str, path: str, expected: str
) -> None:
    (tmp_path / "empty.key").touch()
    (tmp_path / "large.key").write_text(pem * 200)
    (tmp_path / "half.key").write_text(pem[:500])
    (tmp_path / "public.key").write_text(pem.replace("PRIVATE", "PUBLIC"))
    (tmp_path / "works.p12").write_bytes(b"\x30\x82\x04\xbe\x02\x01\x03\x80")
    del environ["NAVERWORKS_PRIVATE_KEY"]
    environ["NAVERWORKS_PRIVATE_KEY_FILE"] = str(tmp_path / path)
    with pytest.raises(InvalidPrivateKey) as caught:
        ServiceAccount.from_env(environ)
    assert expected in str(caught.value)
    assert "NAVERWORKS_PRIVATE_KEY_FILE" in str(caught.value)
    assert caught.value.hint is not None


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads all")
def test_a_file_that_may_not_be_read_is_named(
    environ: dict[str, str], tmp_path: Path, pem: str
) -> None:
    path = tmp_path / "works.key"
    path.write_text(pem)
    path.chmod(0)
    del environ["NAVERWORKS_PRIVATE_KEY"]
    environ["NAVERWORKS_PRIVATE_KEY_FILE"] = str(path)
    with pytest.raises(InvalidPrivateKey, match="PRIVATE_KEY_FILE cannot be read: Permission"):
        ServiceAccount.from_env(environ)


@pytest.mark.parametrize(
    "spelling", ['"{}"', "{}\n", "file://{}", "NAVERWORKS_PRIVATE_KEY_FILE={}"]
)
def test_the_path_is_read_as_people_set_it(
    environ: dict[str, str], tmp_path: Path, pem: str, spelling: str
) -> None:
    path = tmp_path / "works.key"
    path.write_bytes(pem.encode("utf-16"))
    del environ["NAVERWORKS_PRIVATE_KEY"]
    environ["NAVERWORKS_PRIVATE_KEY_FILE"] = spelling.format(path)
    assert ServiceAccount.from_env(environ).private_key == pem


def test_a_home_folder_is_expanded(
    environ: dict[str, str], tmp_path: Path, pem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "works.key").write_text(pem)
    monkeypatch.setenv("HOME", str(tmp_path))
    del environ["NAVERWORKS_PRIVATE_KEY"]
    environ["NAVERWORKS_PRIVATE_KEY_FILE"] = "~/works.key"
    assert ServiceAccount.from_env(environ).private_key == pem


@pytest.mark.parametrize(
    "service_account_id",
    ["x1.serviceaccount@example.com", "x1.serviceaccount", "1a2b3@example.com"],
)
def test_each_documented_form_of_a_service_account_is_taken(
    pem: str, service_account_id: str
) -> None:
    fields = {**FIELDS, "service_account_id": service_account_id}
    account = ServiceAccount(**fields, private_key=pem)
    assert account.service_account_id == service_account_id


@pytest.mark.parametrize("service_account_id", ["client-1", "2000001", "doyoon"])
def test_an_id_that_is_none_of_a_service_account_is_told_at_once_and_not_blamed_on_the_key(
    pem: str, service_account_id: str
) -> None:
    fields = {**FIELDS, "service_account_id": service_account_id}
    with pytest.raises(InvalidValue, match="not the ID of a service account") as caught:
        ServiceAccount(**fields, private_key=pem)
    assert paths(caught) == {"service_account_id"}


@given(environ=st.dictionaries(st.sampled_from(VARIABLES), st.text(max_size=60)))
def test_no_environment_raises_anything_else(environ: dict[str, str]) -> None:
    for read in (ServiceAccount.from_env, bot_id_from_env, Endpoints.from_env):
        try:
            read(environ)
        except NaverWorksError as error:
            told = str(error)
            shown = [value for value in environ.values() if len(value) > 8 and value in told]
            assert not shown


@pytest.mark.parametrize("variable", ["NAVERWORKS_API_URL", "NAVERWORKS_AUTH_URL"])
def test_urls_are_read_as_people_set_them_and_refused_by_their_variable(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    field = {"NAVERWORKS_API_URL": "api", "NAVERWORKS_AUTH_URL": "auth"}[variable]
    url = "https://works.example.com/v1.0"
    spelt = f'"{url}/"\n'
    monkeypatch.setenv(variable, spelt)
    assert getattr(Endpoints(), field) == getattr(Endpoints.from_env(), field) == url
    monkeypatch.setenv(variable, "works.example.com")
    for make in (Endpoints, Endpoints.from_env, lambda: Endpoints.from_env(dict(os.environ))):
        with pytest.raises(InvalidValue) as caught:
            make()
        assert paths(caught) == {variable}
