"""Both rims, the transport and the port, behave alike: the same cases run over each."""

from __future__ import annotations

import threading
from datetime import timedelta

import httpx
import pytest

BOT = "/v1.0/bots/2000001"

# Connecting may take what it takes on a busy machine.
SILENCE = httpx.Timeout(60, read=0.3)


def eventually(condition):
    never = threading.Event()
    while not condition():  # the test's own timeout ends it
        never.wait(0.01)


CASES = [
    ("GET", "/v1.0/users?count=2", None, 200),
    ("GET", "/v1.0/users/doyoon%40example.com", None, 200),
    ("GET", "/v1.0/users/nobody%40example.com", None, 404),
    ("GET", BOT, None, 200),
    ("GET", "/v1.0/bots/999", None, 404),
    ("GET", "/v1.0/bots/not-a-number", None, 400),
    ("GET", "/v1.0/nothing/here", None, 404),
    ("GET", "/v1.0", None, 404),
    ("GET", "/v1.0/users/%0A%00", None, 404),
    ("GET", "/v1.0/users/..%2F", None, 404),
    ("OPTIONS", "/v1.0/users", None, 404),
    ("GET", "/storage", None, 404),
    ("PATCH", BOT, {"botName": "새 이름"}, 200),
    ("POST", f"{BOT}/channels", {"members": ["doyoon@example.com"]}, 201),
    ("POST", f"{BOT}/users/doyoon%40example.com/messages", {"content": {"type": "text"}}, 400),
    ("DELETE", f"{BOT}/persistentmenu", None, 404),
    ("DELETE", BOT, None, 204),
]


@pytest.mark.parametrize(("method", "path", "body", "status"), CASES)
def test_answers_are_the_same_over_both(rim, method, path, body, status):
    answer = rim.client.request(method, path, json=body)
    assert answer.status_code == status
    assert "date" in answer.headers
    assert "server" not in answer.headers
    if status >= 400:
        assert set(answer.json()) == {"code", "description"}


def test_a_send_answers_201_and_nothing(rim):
    answer = rim.send()
    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["ratelimit-limit"] == "240"
    (message,) = rim.simulator.sent
    assert message.user_id == rim.simulator.user("doyoon@example.com").user_id
    assert message.address == "doyoon@example.com"
    assert message.content == {"type": "text", "text": "안녕하세요"}


def test_without_a_token_401_says_why(rim):
    answer = rim.client.get("/v1.0/users", headers={"authorization": "Bearer  two-spaces"})
    assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHORIZED")
    assert 'error="invalid_token"' in answer.headers["www-authenticate"]


def test_tokens_come_over_both(rim):
    answer = rim.client.post("/oauth2/v2.0/token", data=rim.caller.form())
    assert answer.json()["expires_in"] == "86400"


@pytest.mark.parametrize(
    ("fault", "arrived"),
    [
        ("connect", 0),
        ("connect_timeout", 0),
        ("tls", 0),
        ("write", 0),
        ("reset_before", 0),
        ("disconnect", 0),
        ("truncated", 1),
    ],
)
def test_broken_connections_raise_what_httpx_raises(rim, fault, arrived):
    rim.simulator.faults.next("messages.send_to_user", fault)
    with pytest.raises(httpx.TransportError):
        rim.send()
    assert len(rim.simulator.sent) == arrived
    assert rim.send().status_code == 201


@pytest.mark.parametrize("fault", ["disconnect", "timeout"])
def test_a_call_may_be_carried_out_although_nobody_hears(rim, fault):
    rim.simulator.faults.next("messages.send_to_user", fault, carried_out=True)
    with pytest.raises(httpx.TransportError):
        rim.send(timeout=SILENCE)
    # The caller may give up before a busy machine has carried it out.
    eventually(lambda: len(rim.simulator.sent) == 1)


def test_silence_is_a_read_timeout(rim):
    rim.simulator.faults.next("messages.send_to_user", "timeout")
    with pytest.raises(httpx.ReadTimeout):
        rim.send(timeout=SILENCE)
    assert rim.simulator.sent == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 410, 418, 429, 500, 502, 503])
def test_any_status_can_be_scripted(rim, status):
    rim.simulator.faults.next("messages.send_to_user", status)
    answer = rim.send()
    assert answer.status_code == status
    assert answer.json()["code"]
    assert ("www-authenticate" in answer.headers) is (status == 401)
    assert (answer.headers.get("ratelimit-remaining") == "0") is (status == 429)
    assert rim.simulator.sent == []


def test_malformed_and_redirected_answers(rim):
    rim.simulator.faults.next("users.*", "malformed")
    rim.simulator.faults.next("users.*", "redirect")
    broken = rim.client.get("/v1.0/users")
    assert broken.status_code == 200
    with pytest.raises(ValueError, match="Expecting"):
        broken.json()
    assert rim.client.get("/v1.0/users").status_code == 307


def test_a_token_can_die_in_mid_run(rim):
    assert rim.send().status_code == 201
    rim.simulator.faults.next("messages.send_to_user", "token_killed")
    assert rim.send().status_code == 401
    assert rim.send().status_code == 401
    assert len(rim.simulator.sent) == 1


def test_a_held_call_waits_for_the_release_not_for_a_sleep(rim):
    hold = rim.simulator.faults.hang("users.list", times=1)
    with pytest.raises(httpx.ReadTimeout):
        rim.client.get("/v1.0/users", timeout=SILENCE)
    assert hold.wait_for(1, timeout=60)
    hold.release()
    assert rim.client.get("/v1.0/users").status_code == 200


def test_slow_answers_pass_on_the_simulators_clock(rim, clock):
    rim.simulator.faults.slow("users.list", timedelta(seconds=3), times=1)
    assert rim.client.get("/v1.0/users", timeout=60).status_code == 200
    assert clock.slept == [3.0]


def test_large_files_pass_whole(rim):
    made = rim.client.post(f"{BOT}/attachments", json={"fileName": "면접 안내.pdf"}).json()
    content = bytes(range(256)) * 4096
    target = httpx.URL(made["uploadUrl"]).raw_path.decode()
    answer = rim.client.post(target, files={"Filedata": ("면접 안내.pdf", content)})
    assert answer.status_code == 200
    found = rim.client.get(f"{BOT}/attachments/{made['fileId']}")
    assert found.status_code == 302
    assert not [name for name in found.headers if name.startswith("ratelimit")]
    stored = rim.client.get(httpx.URL(found.headers["location"]).raw_path.decode())
    assert stored.content == content
