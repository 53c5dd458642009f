"""The doctor: every finding, provoked through the simulator, in both languages."""

from __future__ import annotations

import re
import socket
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

import naverworks_notify as nw
from naverworks_notify.bots import BotChanges, BotDomain
from naverworks_notify.testing import Simulator

ALL_CHECKS = (
    *("account", "key", "time zones", "clock", "network", "token", "scopes", "bot", "callback"),
    *("domain", "visible", "permission", "members"),
)


class Told:
    """What the doctor found, by check, in English and in Korean."""

    def __init__(self, cli, *flags):
        self.ended = cli("doctor", "--json", *flags)
        self.rows = {row["check"]: row for row in self.ended.rows}
        self.code = self.ended.code
        self.verdicts = {check: row["verdict"] for check, row in self.rows.items()}
        korean = cli("doctor", "--json", "--lang", "ko", *flags)
        assert [row["check"] for row in korean.rows] == [row["check"] for row in self.ended.rows]
        for english, other in zip(self.ended.rows, korean.rows, strict=True):
            assert english["verdict"] == other["verdict"]
            if english["verdict"] != "ok":
                # One language a run; names of menus stand in the other one in brackets.
                plain = re.sub(
                    r"\([^)]*\)|«[^»]*»", "", " ".join([english["finding"], *english["next"]])
                )
                assert not re.search("[가-힣]", plain), plain
                assert re.search("[가-힣]", other["finding"]), other["finding"]
                assert all(re.search("[가-힣]", step) for step in other["next"]), other["next"]
        for command in (cli("doctor", *flags), cli("doctor", "--lang", "ko", *flags)):
            assert command.code == self.code
            assert command.err == ""
        self.text = command.out


@pytest.fixture
def told(cli):
    return lambda *flags: Told(cli, *flags)


@pytest.fixture
def works(simulator):
    with nw.Client.from_env() as works:
        yield works


def test_a_good_set_up_is_good_and_the_next_command_is_named(told, cli, simulator):
    found = told()
    assert found.code == 0
    assert found.verdicts == dict.fromkeys(ALL_CHECKS, "ok") | {
        "rate plan": "note",
        "result": "ok",
    }
    assert "240" in found.rows["rate plan"]["finding"]
    assert found.rows["result"]["next"] == ["next: naverworks-notify doctor --to YOU@YOUR.DOMAIN"]
    assert simulator.sent == []
    for secret in (simulator.client_secret, simulator.private_key.splitlines()[1]):
        assert secret not in found.text + found.ended.out


def test_nothing_is_set(told):
    found = told()
    assert (found.code, found.verdicts) == (1, {"account": "failed", "result": "failed"})
    for name in ("CLIENT_ID", "CLIENT_SECRET", "SERVICE_ACCOUNT_ID", "PRIVATE_KEY"):
        assert f"NAVERWORKS_{name}" in found.rows["account"]["finding"]
    assert "Developer Console" in found.rows["account"]["next"][0]


def test_a_key_that_is_none(told, simulator, monkeypatch):
    monkeypatch.setenv("NAVERWORKS_PRIVATE_KEY", "nonsense")
    found = told()
    assert found.code == 1
    assert found.verdicts == {"account": "ok", "key": "failed", "result": "failed"}


def test_a_key_that_was_issued_anew(told, simulator, monkeypatch):
    old = simulator.private_key
    simulator.rotate_key()
    monkeypatch.setenv("NAVERWORKS_PRIVATE_KEY", old)
    found = told()
    assert found.code == 1
    assert found.verdicts["token"] == "failed"
    assert "private key" in found.rows["token"]["finding"]


def test_a_key_of_another_app(told, simulator, monkeypatch):
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    monkeypatch.setenv("NAVERWORKS_PRIVATE_KEY", other.decode())
    assert told().verdicts["token"] == "failed"


def test_a_wrong_secret(told, simulator, monkeypatch):
    monkeypatch.setenv("NAVERWORKS_CLIENT_SECRET", "wrong")
    found = told()
    assert (found.code, found.verdicts["token"]) == (1, "failed")
    assert "client ID or secret" in found.rows["token"]["finding"]


def test_a_wrong_service_account(told, simulator, monkeypatch):
    monkeypatch.setenv("NAVERWORKS_SERVICE_ACCOUNT_ID", "x9.serviceaccount@example.com")
    found = told()
    assert (found.code, found.verdicts["token"]) == (1, "failed")
    assert "NAVERWORKS_SERVICE_ACCOUNT_ID" in " ".join(
        [found.rows["token"]["finding"], *found.rows["token"]["next"]]
    )


def test_a_scope_that_the_console_has_not_switched_on(told, simulator, monkeypatch):
    monkeypatch.setenv("NAVERWORKS_SCOPES", "bot.message calendar")
    found = told()
    assert (found.code, found.verdicts["token"]) == (1, "failed")
    assert "scopes" in found.rows["token"]["finding"]


def test_a_scope_that_sending_needs(told, simulator, monkeypatch):
    monkeypatch.setenv("NAVERWORKS_SCOPES", "bot.read user.read")
    found = told()
    assert (found.code, found.verdicts["scopes"]) == (1, "failed")
    assert "bot.message" in found.rows["scopes"]["next"][0]


def test_what_could_not_be_checked_is_said_and_is_no_success(told, simulator, monkeypatch):
    monkeypatch.setenv("NAVERWORKS_SCOPES", "bot.message user.read")
    found = told("--bot-id", "4711")
    assert (found.code, found.verdicts["bot"]) == (1, "skipped")
    assert "bot.read" in found.rows["bot"]["finding"]
    assert "bot" in found.rows["result"]["finding"]
    assert told("--bot-id", "4711", "--lenient").code == 0


def test_members_that_could_not_be_read(told, simulator, monkeypatch):
    monkeypatch.setenv("NAVERWORKS_SCOPES", "bot.message bot.read")
    found = told()
    assert (found.code, found.verdicts["members"]) == (1, "skipped")
    assert "user.read" in found.rows["members"]["next"][0]
    assert told("--lenient").code == 0


def test_members_whose_reading_fails(told, simulator):
    simulator.faults.always("users.list", 500)
    found = told("--lenient")
    assert (found.code, found.verdicts["members"]) == (1, "failed")


def test_an_unknown_bot(told, simulator):
    found = told("--bot-id", "4711")
    assert (found.code, found.verdicts["bot"]) == (1, "failed")


def test_no_bot(told, simulator, monkeypatch):
    monkeypatch.delenv("NAVERWORKS_BOT_ID")
    found = told()
    assert (found.code, found.verdicts["bot"]) == (1, "failed")
    assert "NAVERWORKS_BOT_ID" in found.rows["bot"]["next"][0]


def test_a_callback_that_is_on_is_information(told, works):
    works.bots.patch(BotChanges(enable_callback=True, callback_url="https://example.com/hook"))
    try:
        found = told()
    finally:
        works.bots.patch(BotChanges(enable_callback=False))
    assert (found.code, found.verdicts["callback"]) == (0, "note")
    assert "Callback URL" in found.rows["callback"]["next"][0]


def test_a_bot_that_nobody_sees(told, works, simulator):
    works.bots.domains.patch(simulator.domain_id, BotDomain(visible=False))
    try:
        found = told()
        lenient = told("--lenient")
    finally:
        works.bots.domains.patch(simulator.domain_id, BotDomain(visible=True))
    assert (found.code, found.verdicts["visible"]) == (1, "warning")
    assert "공개 설정" in found.rows["visible"]["next"][0]
    assert lenient.code == 0


def test_a_bot_that_only_some_may_use(told, simulator):
    simulator.select_members(["doyoon@example.com"])
    try:
        found = told()
    finally:
        simulator.select_members(None)
    assert (found.code, found.verdicts["permission"]) == (1, "warning")
    assert "전체" in found.rows["permission"]["next"][0]


def test_a_bot_that_is_not_registered(told, simulator, monkeypatch):
    monkeypatch.setenv("NAVERWORKS_DOMAIN_ID", "10009999")
    found = told()
    assert (found.code, found.verdicts["domain"]) == (1, "failed")
    assert "10009999" in found.rows["domain"]["finding"]
    assert "Bot" in found.rows["domain"]["next"][0]


@pytest.mark.parametrize(("skew", "way"), [(5, "behind"), (-5, "ahead of")])
def test_a_wrong_clock(told, simulator, skew, way):
    simulator.clock_skew = timedelta(minutes=skew)
    try:
        found = told()
    finally:
        simulator.clock_skew = timedelta()
    assert (found.code, found.verdicts["clock"]) == (1, "failed")
    assert way in found.rows["clock"]["finding"]


def test_no_time_zone_data(told, simulator, monkeypatch):
    def missing():
        raise nw.MissingTimeZones

    monkeypatch.setattr("naverworks_notify.cli._checks.zone_of", lambda _name: missing())
    found = told()
    assert (found.code, found.verdicts["time zones"]) == (1, "failed")
    assert "tzdata" in found.rows["time zones"]["next"][0]
    monkeypatch.delenv("NAVERWORKS_CLIENT_ID")
    found = told()
    assert (found.verdicts["time zones"], found.verdicts["account"]) == ("failed", "failed")


def test_a_service_that_does_not_answer(told, simulator, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    monkeypatch.setenv("NAVERWORKS_AUTH_URL", f"http://127.0.0.1:{port}/oauth2/v2.0")
    found = told()
    assert found.code == 1
    assert (found.verdicts["clock"], found.verdicts["network"]) == ("skipped", "failed")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALL_PROXY", "socks9://user:hunter2@proxy.example:1080"),
        ("ALL_PROXY", "http://user:hunter2@proxy.example:abc"),
        ("SSL_CERT_FILE", "/nowhere/at/all.pem"),
    ],
)
def test_a_proxy_or_certificates_that_cannot_be_used(told, simulator, monkeypatch, name, value):
    # A proxy is for other machines, and so are certificates.
    monkeypatch.setenv("NAVERWORKS_AUTH_URL", "https://auth.worksmobile.invalid/oauth2/v2.0")
    for proxy in ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy", "all_proxy"):
        monkeypatch.delenv(proxy, raising=False)
    monkeypatch.setenv(name, value)
    found = told()
    assert (found.code, found.verdicts["network"]) == (1, "failed")
    assert name in found.rows["network"]["finding"] + " ".join(found.rows["network"]["next"])
    assert "hunter2" not in found.text + found.ended.out


def test_not_everybody_is_told(told, simulator, monkeypatch):
    monkeypatch.setenv("NAVERWORKS_ONLY_TO", "qa@example.com")
    found = told()
    assert (found.code, found.verdicts["recipients"]) == (1, "warning")
    assert "NAVERWORKS_ONLY_TO" in found.rows["recipients"]["next"][0]
    assert "qa@example.com" not in found.text + found.ended.out
    assert told("--lenient").code == 0
    monkeypatch.delenv("NAVERWORKS_ONLY_TO")
    monkeypatch.setenv("NAVERWORKS_REDIRECT_TO", "qa@example.com")
    assert told().verdicts["recipients"] == "warning"


@pytest.mark.parametrize(("limit", "plan"), [(60, "free"), (240, "paid")])
def test_the_rate_plan_is_information(cli, monkeypatch, limit, plan):
    simulator = Simulator(per_minute=limit)
    with simulator.serve():
        for name, value in simulator.environment().items():
            monkeypatch.setenv(name, value)
        ended = cli("doctor", "--json")
    row = next(row for row in ended.rows if row["check"] == "rate plan")
    assert ended.code == 0
    assert row["verdict"] == "note"
    assert f"{limit} calls a minute" in row["finding"]
    assert plan in row["finding"]


def test_a_test_message(told, simulator):
    found = told("--to", "doyoon@example.com")
    assert (found.code, found.verdicts["message"]) == (0, "ok")
    assert len(simulator.sent) == 4
    assert "notify" in found.rows["result"]["next"][0]
    found = told("--to", "nobody@example.com")
    assert (found.code, found.verdicts["message"]) == (1, "failed")
