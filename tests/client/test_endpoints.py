"""Every endpoint against the simulator, through both clients."""

from __future__ import annotations

import asyncio

import pytest

import naverworks_notify as nw
from naverworks_notify.bots import (
    Bot,
    BotChanges,
    BotDomain,
    Bounds,
    PersistentMenu,
    RichMenu,
    RichMenuArea,
    RichMenuImage,
    RichMenuSize,
)
from naverworks_notify.messages import MessageAction
from naverworks_notify.operations import ENDPOINTS
from naverworks_notify.testing import Simulator

PEOPLE = ["a@example.com", "b@example.com", "c@example.com"]


@pytest.fixture
def simulator(clock):
    return Simulator(clock=clock, users=PEOPLE)


@pytest.fixture
def seen():
    return set()


@pytest.fixture
def works(world, simulator, seen):
    return world.client(
        account=simulator.account,
        bot_id=simulator.bot_id,
        endpoints=simulator.endpoints,
        transport=simulator.transport(),
        on_request=lambda details: seen.add(details.operation),
    )


def menu():
    return PersistentMenu([MessageAction(label="도움말", text="도움말")])


def rich_menu():
    area = RichMenuArea(
        Bounds(x=0, y=0, width=2500, height=843), MessageAction(label="도움말", text="도움말")
    )
    return RichMenu(richmenu_name="menu", size=RichMenuSize(2500, 843), areas=[area])


def test_every_endpoint_answers_as_its_types_say(world, simulator, works, seen, tmp_path):
    do = world.do
    users = do(works.users.list(count=2))
    assert [user.email for user in users] == PEOPLE
    first, second, _ = (user.user_id for user in users)
    assert do(works.users.get("a@example.com")).user_id == first
    do(works.users.set_external_keys({first: "emp-1"}))
    assert do(works.users.get("externalKey:emp-1")).user_id == first
    keys = do(works.users.external_keys(has_external_key=True))
    assert [(key.user_id, key.external_key) for key in keys] == [(first, "emp-1")]

    made = do(
        works.bots.create(
            Bot(
                bot_name="면접 알림",
                photo_url="https://example.com/b.png",
                description="면접 일정을 알려 드려요.",
                administrators=[first],
            )
        )
    )
    bot = made.bot_id
    assert bot in [row.bot_id for row in do(works.bots.list(count=1))]
    assert (
        do(works.bots.patch(BotChanges(description="새 설명"), bot_id=bot)).description == "새 설명"
    )
    assert do(works.bots.update(made, bot_id=bot)).bot_name == "면접 알림"
    assert do(works.bots.get(bot)).description == "면접 일정을 알려 드려요."
    assert do(works.bots.issue_secret(bot))

    domain = simulator.domain_id
    limited = BotDomain(visible=True, allow_to_selected_member=True)
    do(works.bots.domains.register(domain, limited, bot_id=bot))
    assert [row.domain_id for row in do(works.bots.domains.list(bot_id=bot))] == [domain]
    do(works.bots.domains.members.add(domain, second, bot_id=bot))
    assert do(works.bots.domains.members.list(domain, bot_id=bot)) == [second]
    do(works.bots.domains.members.delete(domain, second, bot_id=bot))
    do(works.bots.domains.patch(domain, BotDomain(visible=False), bot_id=bot))
    do(works.bots.domains.update(domain, BotDomain(visible=True), bot_id=bot))
    do(works.bots.domains.delete(domain, bot_id=bot))
    do(works.bots.delete(bot))
    with pytest.raises(nw.NotFound):
        do(works.bots.get(bot))

    room = do(works.channels.create([first, second], title="면접"))
    assert do(works.channels.get(room.channel_id)).title == "면접"
    assert sorted(do(works.channels.members(room.channel_id, count=1))) == sorted([first, second])
    do(works.messages.send_to_channel(room.channel_id, nw.messages.Text("안녕하세요")))
    do(works.messages.send_to_user(first, nw.messages.Text("안녕하세요")))
    do(works.channels.leave(room.channel_id))
    assert len(simulator.sent) == 2

    do(works.menus.create(menu()))
    assert do(works.menus.get()) == menu()
    do(works.menus.delete())

    picture = tmp_path / "메뉴.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200_000))
    told = []
    file_id = do(works.attachments.upload(picture, on_progress=lambda *state: told.append(state)))
    assert told[-1] == (200_008, 200_008)
    assert len(told) == 4
    assert "/storage/" in do(works.attachments.download_url(file_id))

    made_menu = do(works.richmenus.create(rich_menu()))
    menu_id = made_menu.richmenu_id
    do(works.richmenus.set_image(menu_id, file_id))
    assert do(works.richmenus.get_image(menu_id)) == RichMenuImage(file_id)
    assert do(works.richmenus.get(menu_id)).richmenu_name == "menu"
    assert [row.richmenu_id for row in do(works.richmenus.list())] == [menu_id]
    do(works.richmenus.set_user(menu_id, first))
    assert do(works.richmenus.get_user(first)).richmenu_id == menu_id
    do(works.richmenus.delete_user(first))
    assert do(works.richmenus.set_default(menu_id)).default_richmenu_id == menu_id
    assert do(works.richmenus.get_default()).default_richmenu_id == menu_id
    do(works.richmenus.delete_default())
    do(works.richmenus.delete(menu_id))

    simulator.add_org_unit("개발본부", PEOPLE[:2], managers=PEOPLE[:1])
    simulator.add_group("채용 위원회", PEOPLE[1:])
    (unit,) = do(works.orgunits.list())
    assert {m.user_id for m in do(works.orgunits.members(unit.org_unit_id))} == {first, second}
    (group,) = do(works.groups.list())
    assert len(do(works.groups.members(group.group_id))) == 2
    do(works.directory.levels())
    do(works.directory.positions())
    do(works.directory.user_types())

    assert seen == set(ENDPOINTS)


def test_bytes_are_uploaded_under_a_name(world, simulator, works):
    file_id = world.do(works.attachments.upload(b"%PDF", file_name='이력서 "최종".pdf'))
    stored = next(iter(simulator.service.state.uploads.values()))
    assert (stored.file_id, stored.content) == (file_id, b"%PDF")


@pytest.mark.parametrize("name", [None, "", "a/b.png", "..\\b", "a\nb", "x" * 300])
def test_a_name_that_is_a_path_or_missing_is_refused(world, works, name):
    with pytest.raises(nw.InvalidValue):
        world.do(works.attachments.upload(b"x", file_name=name))


def test_a_file_that_is_not_there_is_told_before_any_call(world, works, seen, tmp_path):
    with pytest.raises(nw.InvalidValue, match="cannot be read"):
        world.do(works.attachments.upload(tmp_path / "missing.png"))
    assert seen == set()


def test_an_upload_follows_a_refused_token(world, simulator, works):
    simulator.faults.next("attachments.put", "token_killed")
    simulator.faults.next("attachments.create", "token_killed")
    world.do(works.attachments.upload(b"x" * 100_000, file_name="a.bin"))
    assert simulator.faults.pending == 0
    assert simulator.tokens.issued == 3


def test_two_changes_of_one_bot_wait_for_each_other_and_reads_do_not(account):
    simulator = Simulator(users=PEOPLE)
    hold = simulator.faults.hang("bots.patch", times=1)
    order = []

    async def main():
        async with nw.AsyncClient(
            simulator.account,
            bot_id=simulator.bot_id,
            endpoints=simulator.endpoints,
            transport=simulator.transport(),
            on_request=lambda details: order.append(details.operation),
        ) as works:
            first = asyncio.create_task(works.bots.patch(BotChanges(description="1")))
            await asyncio.to_thread(hold.wait_for)
            second = asyncio.create_task(works.bots.patch(BotChanges(description="2")))
            await works.bots.get()
            assert order == ["bots.get"]
            hold.release()
            await first
            assert (await second).description == "2"

    asyncio.run(main())
