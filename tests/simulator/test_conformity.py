"""The simulator serves what was documented, by a list that neither table was derived from."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import pytest

from naverworks_notify import operations
from naverworks_notify.simulator import Simulator
from naverworks_notify.simulator.service.endpoints import ROUTES

with (Path(__file__).parents[1] / "data" / "endpoints.csv").open(encoding="utf-8") as file:
    DOCUMENTED = list(csv.DictReader(file))

# Calls to the storage host have no row of their own below the API's base.
OFF_TABLE = {"attachments.put"}

EVERY = (
    "bot",
    "bot.read",
    "bot.message",
    "user",
    "user.read",
    "user.profile.read",
    "user.email.read",
    "group",
    "group.read",
    "orgunit",
    "orgunit.read",
    "directory",
    "directory.read",
)
PNG = b"\x89PNG\r\n\x1a\n"
ACTION = {"type": "message", "label": "a", "text": "b"}
BOUNDS = {"x": 0, "y": 0, "width": 2500, "height": 843}
BOT = {
    "botName": "b",
    "photoUrl": "https://a.example/b.png",
    "description": "d",
    "administrators": ["doyoon@example.com"],
}
TEXT = {"content": {"type": "text", "text": "x"}}


def body_of(row, made):
    return {
        "POST /bots": BOT,
        "PUT /bots/{botId}": BOT,
        "PATCH /bots/{botId}": {"botName": "c"},
        "POST /bots/{botId}/domains/{domainId}/members": {"userId": "jiho@example.com"},
        "POST /bots/{botId}/channels": {"members": ["doyoon@example.com"]},
        "POST /bots/{botId}/users/{userId}/messages": TEXT,
        "POST /bots/{botId}/channels/{channelId}/messages": TEXT,
        "POST /bots/{botId}/attachments": {"fileName": "a.png"},
        "POST /bots/{botId}/persistentmenu": {"content": {"actions": [ACTION]}},
        "POST /bots/{botId}/richmenus": {
            "richmenuName": "m",
            "size": {"width": 2500, "height": 843},
            "areas": [{"bounds": BOUNDS, "action": ACTION}],
        },
        "POST /bots/{botId}/richmenus/{richmenuId}/image": {"fileId": made["fileId"]},
        "POST /users/external-keys": {"users": [{"id": "doyoon@example.com", "externalKey": "k"}]},
    }.get(f"{row['method']} {row['path']}")


@pytest.fixture
def made(caller):
    """One of everything, so that every call has something to work on."""
    sim = caller.simulator
    bot = f"/bots/{sim.bot_id}"
    received = "kr1.received"
    sim.callbacks.message("doyoon@example.com", {"type": "image", "fileId": received}, file=PNG)
    sim.add_domain(20000002)
    return {
        "botId": str(sim.bot_id),
        "domainId": str(sim.domain_id),
        "userId": "doyoon%40example.com",
        "channelId": sim.add_channel(["doyoon@example.com"]),
        "groupId": sim.add_group("g", ["doyoon@example.com"]),
        "orgUnitId": sim.add_org_unit("o", ["doyoon@example.com"]),
        "fileId": received,
        "bot": bot,
    }


def prepared(caller, row, made):
    """Set the stage that a row needs: menus exclude each other, members must be listed first."""
    call, bot = caller.call, made["bot"]
    path = row["path"]
    if row["method"] == "POST" and path == "/bots/{botId}/domains/{domainId}":
        return {**made, "domainId": "20000002"}
    if path.endswith("/members/{userId}"):
        call("POST", f"{bot}/domains/{made['domainId']}/members", {"userId": "doyoon@example.com"})
    if path.endswith("/persistentmenu") and row["method"] != "POST":
        call("POST", f"{bot}/persistentmenu", {"content": {"actions": [ACTION]}})
    if "/richmenus" in path and not (row["method"] == "POST" and path.endswith("/richmenus")):
        raw = body_of({"method": "POST", "path": "/bots/{botId}/richmenus"}, made)
        menu = json.loads(call("POST", f"{bot}/richmenus", raw).content)["richmenuId"]
        call("POST", f"{bot}/richmenus/{menu}/image", {"fileId": made["fileId"]})
        call("POST", f"{bot}/richmenus/{menu}/set-default")
        call("POST", f"{bot}/richmenus/{menu}/users/{made['userId']}")
        return {**made, "richmenuId": menu}
    return made


def row_name(row):
    return f"{row['method']} {row['path']}"


@pytest.mark.parametrize("row", DOCUMENTED, ids=row_name)
def test_every_documented_call_is_answered_as_documented(caller, made, row):
    made = prepared(caller, row, made)
    path = re.sub(r"\{(\w+)\}", lambda found: made[found[1]], row["path"])
    answer = caller.call(row["method"], path, body_of(row, made))
    assert answer.status == int(row["success"])
    if row["paged"] == "yes":
        assert "responseMetaData" in json.loads(answer.content)


@pytest.mark.parametrize("row", [row for row in DOCUMENTED if row["scopes"]], ids=row_name)
def test_a_call_needs_one_of_its_documented_scopes(caller_of, clock, row):
    needed = set(row["scopes"].split())
    caller = caller_of(Simulator(clock=clock, scopes=EVERY))
    path = re.sub(r"\{(\w+)\}", "1", row["path"])
    for scope in EVERY:
        token = caller.token(scope=scope)
        answer = caller.call(row["method"], path, token=token)
        lacking = answer.status == 403 and b"scope" in answer.content
        assert lacking is (scope not in needed), scope


def test_nothing_else_is_served():
    def shape(method, template):
        return method, re.sub(r"\{[^}]*\}", "{}", template)

    served = {shape(route.method, "/" + "/".join(route.segments)) for route in ROUTES}
    assert served == {shape(row["method"], row["path"]) for row in DOCUMENTED}
    assert len(served) == len(ROUTES)


def test_every_operation_of_the_client_is_served():
    assert {route.operation for route in ROUTES} == set(operations.ENDPOINTS) - OFF_TABLE


def test_creating_a_room_has_a_limit_of_its_own():
    assert [route.operation for route in ROUTES if route.per_room] == ["channels.create"]
