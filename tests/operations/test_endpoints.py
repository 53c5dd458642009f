"""The table of endpoints says what the documentation says, row for row."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from naverworks_notify.bots import (
    Bot,
    BotChanges,
    BotDomain,
    PersistentMenu,
    RichMenu,
    RichMenuImage,
)
from naverworks_notify.messages import Text
from naverworks_notify.operations import (
    ENDPOINTS,
    Effect,
    Limit,
    attachments,
    bot_domains,
    bots,
    channels,
    directory,
    menus,
    messages,
    richmenus,
    users,
)

DATA = Path(__file__).parents[1] / "data" / "endpoints.csv"
with DATA.open(encoding="utf-8") as file:
    DOCUMENTED = list(csv.DictReader(file))
BY_ROUTE = {(row.method, row.template): row for row in ENDPOINTS.values()}

MENU = PersistentMenu.from_dict(
    {"actions": [{"type": "message", "label": "도움말", "text": "도움말"}]}
)
RICH = RichMenu.from_dict(
    {
        "richmenuName": "menu",
        "size": {"width": 2500, "height": 843},
        "areas": [
            {
                "bounds": {"x": 0, "y": 0, "width": 2500, "height": 843},
                "action": {"type": "message", "label": "a", "text": "b"},
            }
        ],
    }
)
BOT = Bot(
    bot_name="b",
    photo_url="https://example.com/b.png",
    description="d",
    administrators=("u-1",),
)

# One call of every operation; a documented row without one fails below.
CALLS = [
    bots.create(BOT),
    bots.list_bots(),
    bots.get(1),
    bots.update(1, BOT),
    bots.patch(1, BotChanges(description="d")),
    bots.delete(1),
    bots.issue_secret(1),
    bot_domains.register(1, 2, BotDomain()),
    bot_domains.list_domains(1),
    bot_domains.update(1, 2, BotDomain()),
    bot_domains.patch(1, 2, BotDomain(visible=True)),
    bot_domains.delete(1, 2),
    bot_domains.add_member(1, 2, "u-1"),
    bot_domains.list_members(1, 2),
    bot_domains.delete_member(1, 2, "u-1"),
    channels.create(1, ["u-1"]),
    channels.get(1, "c-1"),
    channels.leave(1, "c-1"),
    channels.list_members(1, "c-1"),
    messages.send_to_user(1, "u-1", Text("hi")),
    messages.send_to_channel(1, "c-1", Text("hi")),
    attachments.create(1, "a.png", trusts=bool),
    attachments.download_url(1, "f-1", trusts=bool),
    menus.create(1, MENU),
    menus.get(1),
    menus.delete(1),
    richmenus.create(1, RICH),
    richmenus.list_richmenus(1),
    richmenus.get(1, "40001"),
    richmenus.delete(1, "40001"),
    richmenus.set_image(1, "40001", RichMenuImage("f-1")),
    richmenus.get_image(1, "40001"),
    richmenus.set_user(1, "40001", "u-1"),
    richmenus.get_user(1, "u-1"),
    richmenus.delete_user(1, "u-1"),
    richmenus.set_default(1, "40001"),
    richmenus.get_default(1),
    richmenus.delete_default(1),
    users.list_users(),
    users.get("u-1"),
    users.list_external_keys(),
    *users.set_external_keys({"u-1": "k-1"}),
    directory.list_groups(),
    directory.list_group_members("g-1"),
    directory.list_orgunits(),
    directory.list_unit_members("o-1"),
    directory.list_levels(),
    directory.list_positions(),
    directory.list_user_types(),
]
FILLED = {
    "{botId}": "1",
    "{domainId}": "2",
    "{userId}": "u-1",
    "{channelId}": "c-1",
    "{fileId}": "f-1",
    "{richmenuId}": "40001",
    "{groupId}": "g-1",
    "{orgUnitId}": "o-1",
}


def test_the_documented_table_is_whole():
    assert len(DOCUMENTED) == 38 + 11


@pytest.mark.parametrize("row", DOCUMENTED, ids=lambda row: f"{row['method']} {row['path']}")
def test_every_documented_row_has_an_operation(row):
    endpoint = BY_ROUTE[row["method"], row["path"]]
    assert sorted(endpoint.scopes) == row["scopes"].split()
    assert endpoint.success == (int(row["success"]),)
    assert endpoint.source.startswith("https://")
    if "developers.worksmobile.com" in row["source"]:
        assert (
            endpoint.source.rpartition("/")[2] == row["source"].rpartition("/")[2].partition("?")[0]
        )
    path = row["path"]
    for name, value in FILLED.items():
        path = path.replace(name, value)
    call = next(call for call in CALLS if call.endpoint is endpoint)
    assert call.path == path
    assert (("count", "100") in call.query) is (row["paged"] == "yes")


def test_nothing_is_called_that_is_not_documented():
    documented = {(row["method"], row["path"]) for row in DOCUMENTED}
    # The upload goes to an address that the service gives, not to a path of the API.
    assert set(BY_ROUTE) - documented == {("POST", "{uploadUrl}")}


def test_only_creating_rooms_has_the_low_limit():
    assert [e.name for e in ENDPOINTS.values() if e.limit is Limit.ROOM] == ["channels.create"]


def test_calls_that_must_not_meet_on_one_bot():
    serial = {e.name for e in ENDPOINTS.values() if e.serial}
    assert serial == {
        "bots.create",
        "bots.update",
        "bots.patch",
        "bots.delete",
        "bots.issue_secret",
        "bots.domains.register",
        "bots.domains.update",
        "bots.domains.patch",
        "bots.domains.delete",
        "bots.domains.members.add",
        "bots.domains.members.delete",
    }
    for call in CALLS:
        assert (call.resource == 1) is (
            call.endpoint.effect is Effect.SEND
            or (call.endpoint.serial and call.endpoint.name != "bots.create")
        )
