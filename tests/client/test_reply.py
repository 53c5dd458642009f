"""A reply goes to where the callback came from: the room it names, else the person."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import httpx
import pytest

import naverworks_notify as nw
from naverworks_notify import webhooks
from naverworks_notify.testing import Simulator

TEXT = nw.messages.Text("네")
EVERYONE = nw.messages.Text('<m userId="all">')
USER = "doyoon@example.com"


def event(kind, source, **more):
    return webhooks.parse(
        json.dumps(
            {
                "type": kind,
                "source": {"domainId": 1, **source},
                "issuedTime": "2026-03-02T05:16:05.000Z",
                **more,
            }
        )
    )


HELLO = {"type": "text", "text": "hi"}
BOTH = {"userId": "u-1", "channelId": "c-1"}


def paths(world):
    return [request.url.path.partition("/bots/2000001")[2] for request in world.script.requests]


@pytest.mark.parametrize(
    ("given", "path"),
    [
        (event("message", {"userId": "u-1"}, content=HELLO), "/users/u-1/messages"),
        (event("message", BOTH, content=HELLO), "/channels/c-1/messages"),
        (event("postback", BOTH, data="d"), "/channels/c-1/messages"),
        (event("postback", {"userId": "u-1"}, data="d"), "/users/u-1/messages"),
        (event("join", {"channelId": "c-1"}), "/channels/c-1/messages"),
        (event("joined", {"channelId": "c-1"}, members=["u-1"]), "/channels/c-1/messages"),
        (event("left", {"channelId": "c-1"}, members=["u-1"]), "/channels/c-1/messages"),
        (event("begin", BOTH), "/channels/c-1/messages"),
        (event("end", {"userId": "u-1"}), "/users/u-1/messages"),
        (event("new", BOTH), "/channels/c-1/messages"),
        (event("new", {"userId": "u-1"}), "/users/u-1/messages"),
    ],
)
def test_the_room_comes_first_and_the_person_where_none_is_named(world, given, path):
    world.do(world.client().messages.reply(given, TEXT))
    assert paths(world) == [path]


def test_the_person_is_asked_only_after_the_rooms_404(world):
    world.script.play(404)
    world.do(world.client().messages.reply(event("postback", BOTH, data="d"), TEXT))
    assert paths(world) == ["/channels/c-1/messages", "/users/u-1/messages"]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (500, nw.DeliveryUnknown),
        (503, nw.DeliveryUnknown),
        (403, nw.Forbidden),
        (400, nw.BadRequest),
        (409, nw.Conflict),
        (410, nw.Gone),
    ],
)
def test_after_anything_else_it_goes_nowhere_else(world, status, error):
    world.script.play(status)
    with pytest.raises(error):
        world.do(world.client().messages.reply(event("postback", BOTH, data="d"), TEXT))
    assert paths(world) == ["/channels/c-1/messages"]


@pytest.mark.parametrize("guarantee", ["at_most_once", "at_least_once"])
def test_a_lost_answer_is_not_taken_to_the_person(world, guarantee):
    lost = [httpx.ReadTimeout("timed out")] * 9
    world.script.play(*lost)
    with pytest.raises(nw.DeliveryUnknown):
        world.do(
            world.client(guarantee=guarantee).messages.reply(
                event("postback", BOTH, data="d"), TEXT
            )
        )
    assert set(paths(world)) == {"/channels/c-1/messages"}


def test_a_room_that_is_gone_and_names_nobody_is_not_found(world):
    world.script.play(404)
    with pytest.raises(nw.NotFound):
        world.do(world.client().messages.reply(event("join", {"channelId": "c-1"}), TEXT))
    assert len(paths(world)) == 1


def test_what_may_only_be_said_in_a_room_is_not_said_to_a_person(world):
    world.script.play(404)
    with pytest.raises(nw.InvalidMessage, match="except in a channel"):
        world.do(world.client().messages.reply(event("postback", BOTH, data="d"), EVERYONE))
    assert len(paths(world)) == 1


@pytest.mark.parametrize(
    "given",
    [None, {"type": "message"}, "message", event("new", {}), webhooks.parse('{"type": "new"}')],
)
def test_what_names_nobody_is_refused_before_anything(world, given):
    with pytest.raises(nw.InvalidValue) as caught:
        world.do(world.client().messages.reply(given, TEXT))
    assert [found.path for found in caught.value.violations] == ["event"]
    assert world.script.requests == []


def test_the_hook_and_another_bot_are_handed_on(world):
    seen = []
    world.script.play(404)
    world.do(
        world.client().messages.reply(
            event("postback", BOTH, data="d"), TEXT, bot_id=7, before_send=lambda: seen.append(1)
        )
    )
    assert len(seen) == 2
    assert all("/bots/7/" in request.url.path for request in world.script.requests)


def test_answers_reach_private_rooms_and_groups_of_the_simulator():
    sim = Simulator(users=[USER, "jiho@example.com"])
    room = sim.add_channel([USER, "jiho@example.com"])
    user_id = sim.user(USER).user_id
    calls = [
        sim.callbacks.text(USER, "hi"),
        sim.callbacks.postback(USER, "d"),
        sim.callbacks.begin(USER),
        sim.callbacks.text(USER, "hi", channel_id=room),
        sim.callbacks.postback(USER, "d", channel_id=room),
        sim.callbacks.join(room),
    ]
    with nw.Client(sim.account, bot_id=sim.bot_id, transport=sim.transport()) as works:
        for call in calls:
            event = webhooks.receive(call.content, call.headers, secret=sim.bot_secret)
            works.messages.reply(event, TEXT)
        private = webhooks.parse(calls[1].content).channel_id
        assert works.channels.get(private).channel_type.kind == "SINGLE_USER"
    assert [(one.user_id, one.channel_id) for one in sim.sent] == [
        (user_id, None),
        (user_id, private),
        (user_id, private),
        (None, room),
        (None, room),
        (None, room),
    ]
    assert len(sim.sent_to(USER)) == 3
    assert [channel.channel_id for channel in sim.channels] == [room]


def test_a_private_room_that_ended_is_answered_to_the_person():
    sim = Simulator(users=[USER])
    sim.callbacks.begin(USER)
    call = sim.callbacks.end(USER)
    with nw.Client(sim.account, bot_id=sim.bot_id, transport=sim.transport()) as works:
        works.messages.reply(webhooks.parse(call.content), TEXT)
    assert [(one.user_id, one.channel_id) for one in sim.sent] == [(sim.user(USER).user_id, None)]
    assert datetime.now(UTC) >= sim.sent[0].at
