"""Callbacks are signed as the service signs them, and parse as events."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json

import pytest

from naverworks_notify import webhooks

USER = "doyoon@example.com"


def _requests(callbacks):
    return {
        "message": callbacks.text(USER, "네", channel_id="c-1", postback="start"),
        "postback": callbacks.postback(USER, "data"),
        "join": callbacks.join("c-1"),
        "leave": callbacks.leave("c-1"),
        "joined": callbacks.joined("c-1", [USER]),
        "left": callbacks.left("c-1", [USER, "someone-else"]),
        "begin": callbacks.begin(USER),
        "end": callbacks.end(USER),
    }


def test_every_kind_is_signed_over_the_raw_body(simulator):
    for kind, request in _requests(simulator.callbacks).items():
        digest = hmac.digest(simulator.bot_secret.encode(), request.content, hashlib.sha256)
        signature = request.headers["x-works-signature"]
        assert signature == base64.b64encode(digest).decode()
        assert webhooks.verify(request.content, signature, simulator.bot_secret)
        assert request.headers["x-works-botid"] == str(simulator.bot_id)
        assert webhooks.parse(request.content).type == kind


def test_a_new_secret_signs_from_then_on(caller):
    simulator = caller.simulator
    old = simulator.bot_secret
    caller.call("POST", f"/bots/{simulator.bot_id}/secret")
    request = simulator.callbacks.begin(USER)
    signature = request.headers["x-works-signature"]
    assert not webhooks.verify(request.content, signature, old)
    assert webhooks.verify(request.content, signature, simulator.bot_secret)


@pytest.mark.parametrize("kind", ["text", "sticker", "file"])
def test_any_content_can_come_in(simulator, kind):
    request = simulator.callbacks.message(USER, {"type": kind, "fileId": "f"})
    event = json.loads(request.content)
    assert event["content"]["type"] == kind
    assert event["issuedTime"] == "2026-03-02T01:00:00.000Z"
    assert "channelId" not in event["source"]


def test_a_member_and_the_bot_always_share_one_room(simulator):
    rooms = {
        json.loads(request.content)["source"]["channelId"]
        for request in (simulator.callbacks.begin(USER), simulator.callbacks.postback(USER, "x"))
    }
    assert len(rooms) == 1


def test_what_no_utf8_can_carry_is_signed_too(simulator):
    request = simulator.callbacks.text(USER, "네\ud800")
    event = webhooks.receive(request.content, request.headers, secret=simulator.bot_secret)
    assert event.content.text == "네�"
