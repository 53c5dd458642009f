"""The token endpoint refuses what the service refuses, and dates its answers by its own clock."""

from __future__ import annotations

import json
import threading
from datetime import timedelta

import jwt
import pytest

from naverworks_notify.simulator import Simulator, _tenant_handle
from naverworks_notify.simulator.service._tokens import key_pair
from naverworks_notify.wire import Request


def _error(answer):
    return answer.status, json.loads(answer.content)["error"]


def test_a_good_assertion_gives_a_token_with_a_string_for_its_life(caller):
    answer = caller.post_form(caller.form(scope="bot.message user.read"))
    body = json.loads(answer.content)
    assert answer.status == 200
    assert body["expires_in"] == "86400"
    assert body["token_type"] == "Bearer"
    assert body["scope"] == "bot.message user.read"
    assert body["refresh_token"]
    assert answer.headers["date"] == "Mon, 02 Mar 2026 01:00:00 GMT"


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "someone-else"},
        {"sub": "someone@example.com"},
        {"exp": 1772413200 + 3601},
        {"exp": 1772413200 + 3600.5},
        {"exp": True},
        {"iat": -1.5, "exp": 1},
        {"exp": 10**400},
        {"iat": 1e300, "exp": 1e300},
        {"iat": "1772413200.5"},
        {"iat": "1772413200"},
        {"exp": None},
        {"iat": 1772413200 + 90, "exp": 1772413200 + 3600},
        {"iat": 1772413200 - 3700, "exp": 1772413200 - 100},
        {"iat": 1772413200, "exp": 1772413200},
    ],
)
def test_wrong_claims_are_an_invalid_grant(caller, claims):
    answer = caller.post_form(caller.form(assertion=caller.assertion(**claims)))
    assert _error(answer) == (400, "invalid_grant")
    assert caller.simulator.tokens.refused == 1


def test_an_audience_is_tolerated(caller):
    form = caller.form(assertion=caller.assertion(aud="https://auth.test/token"))
    assert caller.post_form(form).status == 200


def test_only_rs256_is_accepted(caller):
    account = caller.simulator.account
    claims = {"iss": account.client_id, "sub": account.service_account_id}
    unsigned = jwt.encode(claims, "", algorithm="none")
    assert _error(caller.post_form(caller.form(assertion=unsigned))) == (400, "invalid_grant")
    other = jwt.encode(
        {**claims, "iat": 1772413200, "exp": 1772416800}, caller.simulator.private_key, "RS512"
    )
    assert _error(caller.post_form(caller.form(assertion=other))) == (400, "invalid_grant")


def test_a_foreign_key_is_refused(caller):
    foreign = caller.assertion(key=key_pair(7).pem)
    assert _error(caller.post_form(caller.form(assertion=foreign))) == (400, "invalid_grant")


def test_rotating_the_key_kills_the_old_one_and_spares_live_tokens(caller):
    old, token = caller.simulator.private_key, caller.token()
    new = caller.simulator.rotate_key()
    assert new != old
    refused = caller.post_form(caller.form(assertion=caller.assertion(key=old)))
    assert _error(refused) == (400, "invalid_grant")
    assert caller.call("GET", "/users", token=token).status == 200
    assert caller.token()
    caller.simulator.behave(key_rotation_kills_tokens=True)
    caller.simulator.rotate_key()
    assert caller.call("GET", "/users", token=token).status == 401


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"client_secret": "wrong"}, (401, "invalid_client")),
        ({"client_id": "nobody"}, (401, "invalid_client")),
        ({"scope": "bot.message calendar"}, (400, "invalid_scope")),
        ({"scope": ""}, (400, "invalid_scope")),
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
        ({"assertion": ""}, (400, "invalid_request")),
        ({"assertion": "not.a.jwt"}, (400, "invalid_grant")),
    ],
)
def test_wrong_forms(caller, changes, expected):
    assert _error(caller.post_form(caller.form(**changes))) == expected


@pytest.mark.parametrize("minutes", [-5, 5])
def test_a_skewed_service_clock_refuses_and_shows_in_the_date(caller, minutes):
    caller.simulator.clock_skew = timedelta(minutes=minutes)
    now = int(caller.simulator.service.state.clock.now().timestamp())
    form = caller.form(assertion=caller.assertion(exp=now + 60))
    answer = caller.post_form(form)
    assert _error(answer) == (400, "invalid_grant")
    assert f"{'00:55' if minutes < 0 else '01:05'}:00 GMT" in answer.headers["date"]


def test_tokens_expire_by_the_clock(caller, clock):
    caller.simulator.behave(token_life=timedelta(hours=1))
    token = caller.token()
    clock.advance(timedelta(minutes=59))
    assert caller.call("GET", "/users", token=token).status == 200
    clock.advance(timedelta(minutes=1))
    assert caller.call("GET", "/users", token=token).status == 401


def test_a_new_token_may_kill_the_earlier_ones(caller):
    first = caller.token()
    assert caller.token() != first
    assert caller.call("GET", "/users", token=first).status == 200
    caller.simulator.behave(single_live_token=True)
    second = caller.token()
    assert caller.call("GET", "/users", token=first).status == 401
    assert caller.call("GET", "/users", token=second).status == 200


def _refresh(caller, token):
    return caller.post_form(caller.form(grant_type="refresh_token", refresh_token=token))


def test_refreshing_without_rotation_keeps_the_refresh_token(caller, clock):
    first = json.loads(caller.post_form(caller.form()).content)
    answer = json.loads(_refresh(caller, first["refresh_token"]).content)
    assert "refresh_token" not in answer
    assert caller.call("GET", "/users", token=answer["access_token"]).status == 200
    clock.advance(timedelta(days=89))
    assert _refresh(caller, first["refresh_token"]).status == 200
    clock.advance(timedelta(days=1))
    assert _error(_refresh(caller, first["refresh_token"])) == (400, "invalid_grant")


def test_refreshing_with_rotation_replaces_the_refresh_token(caller):
    caller.simulator.behave(rotate_refresh_tokens=True)
    first = json.loads(caller.post_form(caller.form()).content)
    second = json.loads(_refresh(caller, first["refresh_token"]).content)
    assert second["refresh_token"] != first["refresh_token"]
    assert _error(_refresh(caller, first["refresh_token"])) == (400, "invalid_grant")
    assert _refresh(caller, second["refresh_token"]).status == 200
    assert caller.simulator.tokens.refreshed == 2


@pytest.mark.parametrize("both", [True, False])
def test_revoking(caller, both):
    caller.simulator.behave(revoke_kills_both=both)
    pair = json.loads(caller.post_form(caller.form()).content)
    form = caller.form(grant_type="", token=pair["access_token"])
    assert caller.post_form(form, "revoke").status == 200
    assert caller.call("GET", "/users", token=pair["access_token"]).status == 401
    assert (_refresh(caller, pair["refresh_token"]).status == 200) is not both
    assert caller.post_form(form | {"token": "unknown"}, "revoke").status == 200


def test_revoking_the_refresh_token_ends_its_pair(caller):
    pair = json.loads(caller.post_form(caller.form()).content)
    form = caller.form(grant_type="", token=pair["refresh_token"])
    assert caller.post_form(form, "revoke").status == 200
    assert _error(_refresh(caller, pair["refresh_token"])) == (400, "invalid_grant")
    assert caller.call("GET", "/users", token=pair["access_token"]).status == 401


def test_refreshing_may_kill_the_earlier_token_too(caller):
    caller.simulator.behave(single_live_token=True, numeric_expires_in=True)
    pair = json.loads(caller.post_form(caller.form()).content)
    assert pair["expires_in"] == 86400
    assert _refresh(caller, pair["refresh_token"]).status == 200
    assert caller.call("GET", "/users", token=pair["access_token"]).status == 401


def test_a_token_is_posted_for_never_got(caller):
    request = Request(method="GET", url="https://auth.test/oauth2/v2.0/token?grant_type=x")
    answer = caller.simulator.service.handle(request)
    assert _error(answer) == (405, "invalid_request")


def test_before_a_key_was_issued_nothing_is_accepted(clock, caller_of):
    caller = caller_of(Simulator(clock=clock))
    signed = caller.assertion(key=key_pair(0).pem)
    caller.simulator.service.state.tokens.apps[caller.simulator.account.client_id].public_key = None
    assert _error(caller.post_form(caller.form(assertion=signed))) == (400, "invalid_grant")


def test_killed_tokens_are_dead_at_once(caller):
    token = caller.token()
    caller.simulator.kill_tokens()
    assert caller.call("GET", "/users", token=token).status == 401


def test_scopes_decide_per_operation(caller):
    reading = caller.token(scope="user.read")
    assert caller.told("GET", "/users", token=reading) == (200, None)
    assert caller.told("GET", "/bots", token=reading) == (403, "FORBIDDEN")
    bot = caller.simulator.bot_id
    path = f"/bots/{bot}/users/doyoon%40example.com/messages"
    assert caller.told("POST", path, {}, token=reading) == (403, "FORBIDDEN")


def test_scripted_token_errors_speak_oauth(caller):
    caller.simulator.faults.next("tokens.issue", 503)
    caller.simulator.faults.next("tokens.issue", 400, code="invalid_client")
    assert _error(caller.post_form(caller.form())) == (503, "temporarily_unavailable")
    assert _error(caller.post_form(caller.form())) == (400, "invalid_client")
    assert caller.post_form(caller.form()).status == 200


def test_a_wrong_scope_set_never_reaches_the_token(clock, caller_of):
    caller = caller_of(Simulator(clock=clock, scopes=("bot.message",)))
    assert caller.simulator.account.scopes == ("bot.message",)
    assert _error(caller.post_form(caller.form(scope="bot.message user.read"))) == (
        400,
        "invalid_scope",
    )


def test_threads_that_ask_for_the_account_first_get_the_same_one(monkeypatch):
    barrier = threading.Barrier(2)
    made = []

    def slowly(number):
        made.append(number)
        never.wait(0.1)
        return key_pair(len(made) % 2)

    never = threading.Event()
    monkeypatch.setattr(_tenant_handle, "key_pair", slowly)
    simulator = Simulator()
    found = []

    def ask():
        barrier.wait()
        found.append(simulator.account)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [0]
    assert found[0] is found[1]
