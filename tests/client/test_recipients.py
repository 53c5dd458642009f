"""A staging system tells nobody: `only_to=` and `redirect_to=`, on every way to reach people."""

from __future__ import annotations

import json
import logging
import urllib.parse

import httpx
import pytest

import naverworks_notify as nw
from naverworks_notify import messages
from naverworks_notify.client._recipients import read_only_to, read_redirect_to
from naverworks_notify.tenants import AsyncTenants, Tenant, Tenants

TEXT = messages.Text("면접이 확정되었습니다.")
ME = "qa@example.com"
ID = "26b39bd5-8bd1-4b2c-0000-000000000001"


def sent(script):
    """Return where each message went, and its content."""
    found = []
    for request in script.requests:
        address = urllib.parse.unquote(request.url.raw_path.decode().split("/")[5])
        found.append((address, json.loads(request.content)["content"]))
    return found


def addresses(script):
    return [address for address, _ in sent(script)]


class TestReading:
    @pytest.mark.parametrize(
        "value",
        [
            f"{ME},{ID} , @corp.example",
            f"{ME} {ID}\n@corp.example\n",
            f'"{ME}; {ID}; @corp.example"',
            f"'{ME},{ID},,@corp.example,'",
            f"QA@Example.com,{ID},@CORP.example",
            f"{ME},{ID},corp.example",
            f"{ME},{ID},*@corp.example",
            f"NAVERWORKS_ONLY_TO={ME},{ID},@corp.example",
        ],
    )
    def test_the_variable_as_people_write_it(self, monkeypatch, value):
        monkeypatch.setenv("NAVERWORKS_ONLY_TO", value)
        only = read_only_to(None)
        assert only.addresses == {ME, ID}
        assert only.domains == {"corp.example"}
        assert only == read_only_to(only)

    @pytest.mark.parametrize("value", ["none", "None", " NONE ", '"none"'])
    def test_none_is_nobody(self, monkeypatch, value):
        monkeypatch.setenv("NAVERWORKS_ONLY_TO", value)
        only = read_only_to(None)
        assert not only.allows(ME)
        assert not only.allows("none")

    def test_an_empty_collection_is_nobody(self):
        assert not read_only_to([]).allows(ME)

    @pytest.mark.parametrize(
        "value",
        [
            "",
            " ",
            ",",
            '""',
            "none,qa@example.com",
            "*",
            "all",
            "everybody",
            "true",
            "@",
            "@localhost",
            "a@b@c.example",
            "@a b",
            "qa@",
            "qa@example",
            "홍길동",
            "이도윤 <qa@example.com>",
            "https://example.com",
            "channel:",
            "channel:a@b",
            "/x/",
            "a*",
        ],
    )
    @pytest.mark.parametrize("named", ["only_to", "NAVERWORKS_ONLY_TO"])
    def test_what_cannot_be_read_is_refused_and_never_everybody(
        self, account, monkeypatch, value, named
    ):
        options = {}
        if named == "only_to":
            options["only_to"] = value
        else:
            monkeypatch.setenv(named, value)
        with pytest.raises(nw.InvalidValue) as caught:
            nw.Client(account, **options)
        assert [violation.path for violation in caught.value.violations] == [named]
        assert "example" not in str(caught.value)

    @pytest.mark.parametrize(
        "value", ["", "none", "a@x.example,b@x.example", "@x.example", "channel:", "all", 3, ["a"]]
    )
    @pytest.mark.parametrize("named", ["redirect_to", "NAVERWORKS_REDIRECT_TO"])
    def test_a_redirect_is_one_address(self, account, monkeypatch, value, named):
        options = {}
        if named == "redirect_to":
            options["redirect_to"] = value
        elif isinstance(value, str):
            monkeypatch.setenv(named, value)
        else:
            return
        with pytest.raises(nw.InvalidValue) as caught:
            nw.Client(account, **options)
        assert [violation.path for violation in caught.value.violations] == [named]

    @pytest.mark.parametrize("value", [b"a@x.example", 3, [3], [None], object(), [""], ["a b"]])
    def test_wrong_types_are_refused_with_all_else(self, account, value):
        with pytest.raises(nw.InvalidValue) as caught:
            nw.Client(account, only_to=value, redirect_to=7, timeout=0)
        assert [violation.path for violation in caught.value.violations] == [
            "only_to",
            "redirect_to",
            "timeout",
        ]

    def test_the_option_wins_over_the_variable(self, account, monkeypatch):
        monkeypatch.setenv("NAVERWORKS_ONLY_TO", "none")
        with nw.Client(account, only_to=[ME]) as works:
            assert "1 addresses" in works.restriction

    def test_nothing_set_is_everybody(self, account):
        with nw.Client(account) as works:
            assert works.restriction is None

    @pytest.mark.parametrize(
        ("address", "allowed"),
        [
            (ME, True),
            ("QA@EXAMPLE.COM", True),
            ("qa@example.com.evil.example", False),
            ("aqa@example.com", False),
            ("a@corp.example", True),
            ("A@CORP.EXAMPLE", True),
            ("a@sub.corp.example", False),
            ("a@evilcorp.example", False),
            ("a@evil.example@corp.example", False),
            ("corp.example", False),
            (" a@corp.example", True),  # an address that the service does not know
            (ID, True),
            (ID.upper(), ID.upper() == ID),
            ("externalKey:e-1", True),
            ("externalKey:e-2", False),
            ("externalKey:x@corp.example", False),
            ("c-1", True),
            ("c-2", False),
        ],
    )
    def test_who_is_allowed(self, address, allowed):
        only = read_only_to([ME, ID, "@corp.example", "externalKey:e-1", "channel:c-1"])
        assert only.allows(address) is allowed

    def test_no_address_stands_in_a_repr(self):
        assert "qa" not in repr(read_only_to(ME))
        assert "qa" not in repr(read_redirect_to(ME))
        assert read_redirect_to("channel:c-1").is_room
        assert read_redirect_to("ROOM:c-1").address == "c-1"


class TestOnlyTo:
    def test_others_are_not_sent_to(self, world):
        works = world.client(only_to=[ME, "channel:c-1"])
        world.do(works.messages.send_to_user("QA@example.com", TEXT))
        world.do(works.messages.send_to_channel("c-1", TEXT))
        for call in (
            lambda: works.messages.send_to_user("doyoon@example.com", TEXT),
            lambda: works.messages.send_to_channel("c-2", TEXT),
        ):
            with pytest.raises(nw.NotAllowedHere) as caught:
                world.do(call())
            assert not caught.value.passing
            assert caught.value.hint.ko
            assert "doyoon" not in str(caught.value)
        assert addresses(world.script) == ["QA@example.com", "c-1"]
        assert len(world.script.token_requests) == 1

    def test_nothing_happens_before_the_refusal(self, world):
        works = world.client(only_to="none")
        told = []
        with pytest.raises(nw.NotAllowedHere):
            world.do(
                works.messages.send_to_user("a@x.example", TEXT, before_send=lambda: told.append(1))
            )
        assert not told
        assert not world.script.token_requests

    @pytest.mark.parametrize(
        ("path", "values"),
        [
            ("/bots/{botId}/users/{id}/messages", {"id": "a@x.example"}),
            ("/bots/1/users/{x}/{y}", {"x": "a@x.example", "y": "messages"}),
            ("/bots/{botId}/channels/c-9/messages", {}),
            ("/bots/{botId}/groups/{g}/messages", {"g": "g-1"}),
            ("/users/{u}/mail", {"u": "a@x.example"}),
            ("/bots/{botId}/channels/{c}/{m}/x", {"c": "c", "m": "Messages"}),
        ],
    )
    @pytest.mark.parametrize("on", [{"only_to": ME}, {"redirect_to": "channel:c-1"}])
    def test_a_path_is_no_way_around(self, world, path, values, on):
        works = world.client(**on)
        body = {"content": {"type": "text", "text": "hi"}}
        known = (path.endswith("messages") and "groups" not in path) or "{y}" in path
        if "redirect_to" in on and known:
            world.do(works.request("POST", path, values=values, json=body))
            assert addresses(world.script) == ["c-1"]
            return
        with pytest.raises(nw.NotAllowedHere):
            world.do(works.request("POST", path, values=values, json=body))
        assert not world.script.requests

    def test_reading_goes_on(self, world):
        world.script.play(httpx.Response(200, json={"userId": "u-1"}))
        works = world.client(only_to="none")
        assert world.do(works.users.get("someone@x.example")).user_id == "u-1"

    def test_rooms_are_made_with_people_who_may_be_told(self, world):
        made = httpx.Response(201, json={"channelId": "c-7"})
        world.script.play(made)
        works = world.client(only_to="@example.com")
        world.do(works.channels.create([ME, "b@example.com"]))
        # All in it may be told, so the room may be.
        world.do(works.messages.send_to_channel("c-7", TEXT))
        with pytest.raises(nw.NotAllowedHere):
            world.do(works.channels.create([ME, "real@customer.example"]))
        with pytest.raises(nw.NotAllowedHere):
            world.do(
                works.request("POST", "/bots/{botId}/channels", json={"members": [ME, {"x": 1}]})
            )
        assert len(world.script.requests) == 2

    def test_a_room_that_was_made_by_path_is_known_too(self, world):
        world.script.play(httpx.Response(201, json={"channelId": "c-7"}))
        works = world.client(only_to=ME)
        world.do(works.request("POST", "/bots/{botId}/channels", json={"members": [ME]}))
        world.do(works.messages.send_to_channel("c-7", TEXT))
        assert len(world.script.requests) == 2


BUTTON = messages.UriAction(label="열기", uri="https://ats.example.com")
BUBBLE = messages.flex.Bubble(
    body=messages.flex.Box("horizontal", (messages.flex.Text("면접"),)),
)
WITH_TEXT = {
    "text": (messages.Text("가" * 2000, i18n_texts={"en_US": "b" * 2000}), lambda c: c["text"]),
    "link": (messages.Link("가" * 1000, "열기", "https://x.example"), lambda c: c["contentText"]),
    "button_template": (messages.ButtonTemplate("안내", (BUTTON,)), lambda c: c["contentText"]),
    "list_template": (
        messages.ListTemplate((messages.ListElement("첫째"), messages.ListElement("둘째"))),
        lambda c: c["elements"][0]["title"],
    ),
    "location": (
        messages.Location(title="본사", address="성남", latitude=37.0, longitude=127.0),
        lambda c: c["title"],
    ),
    "flex": (messages.Flex("면접 안내", BUBBLE), lambda c: c["altText"]),
    "flex carousel": (
        messages.Flex("면접 안내", messages.flex.Carousel((BUBBLE, BUBBLE))),
        lambda c: c["altText"],
    ),
}
WITHOUT = {
    "sticker": messages.Sticker("1", "2"),
    "image": messages.Image(file_id="f-1"),
    "carousel": messages.Carousel((messages.CarouselColumn("가" * 60, (BUTTON,)),)),
    "unknown": messages.parse({"type": "poll", "title": "x"}, undocumented="keep"),
}


class TestRedirectTo:
    @pytest.mark.parametrize("name", WITH_TEXT)
    def test_the_one_meant_stands_in_front_of_the_text(self, world, name):
        content, read = WITH_TEXT[name]
        works = world.client(redirect_to=ME)
        world.do(works.messages.send_to_user("doyoon@example.com", content))
        ((address, found),) = sent(world.script)
        assert address == ME
        assert read(found).startswith("[doyoon@example.com] ")
        # All limits hold, and all else is as it was.
        assert messages.parse(found).to_dict() == found
        for variant in found.get("i18nTexts", ()):
            assert variant["text"].startswith("[doyoon@example.com] ")
        if name.startswith("flex"):
            card = found["contents"]
            bubble = card["contents"][0] if card["type"] == "carousel" else card
            assert bubble["header"]["contents"][0]["text"] == "[doyoon@example.com]"

    @pytest.mark.parametrize("name", WITHOUT)
    def test_else_a_text_comes_before_it(self, world, name):
        works = world.client(redirect_to="channel:c-1")
        world.do(works.messages.send_to_channel("c-9", WITHOUT[name]))
        (first, text), (second, found) = sent(world.script)
        assert first == second == "c-1"
        assert text == {"type": "text", "text": "[channel c-9]"}
        assert found == WITHOUT[name].to_dict()

    def test_a_card_that_would_grow_too_large_comes_whole_after_a_text(self, world):
        line = messages.flex.Text("가" * 1000)
        card = messages.flex.Bubble(body=messages.flex.Box("vertical", (line,) * 9))
        many = messages.flex.Text("x" * (30 * 1024 - card.size - 40))
        card = messages.flex.Bubble(body=messages.flex.Box("vertical", (*[line] * 9, many)))
        works = world.client(redirect_to=ME)
        world.do(works.messages.send_to_user("u-1", messages.Flex("x", card)))
        assert [content["type"] for _, content in sent(world.script)] == ["text", "flex"]

    def test_an_existing_header_stays_below_the_name(self, world):
        header = messages.flex.Box("horizontal", (messages.flex.Text("머리"),))
        works = world.client(redirect_to=ME)
        card = messages.Flex("x", messages.flex.Bubble(header=header))
        world.do(works.messages.send_to_user("u-1", card))
        ((_, found),) = sent(world.script)
        line, under = found["contents"]["header"]["contents"]
        assert line["text"] == "[u-1]"
        assert under == header.to_dict()

    def test_whoever_is_mentioned_is_not_told(self, world):
        works = world.client(redirect_to=ME)
        text = messages.Text('<m userId="all"> 그리고 <m userId="u-2"> 님')
        world.do(works.messages.send_to_channel("c-9", text))
        ((_, found),) = sent(world.script)
        assert messages.parse(found).mentions == ()
        assert found["text"].startswith("[channel c-9] ＜m")

    def test_an_address_cannot_mention_anybody(self, world):
        works = world.client(redirect_to="channel:c-1")
        world.do(works.messages.send_to_user('<m userId="all">', TEXT))
        ((_, found),) = sent(world.script)
        assert messages.parse(found).mentions == ()

    def test_a_long_address_is_cut(self, world):
        works = world.client(redirect_to=ME)
        world.do(works.messages.send_to_user("x" * 900, messages.Text("y" * 2000)))
        ((_, found),) = sent(world.script)
        assert len(found["text"]) == 2000
        assert found["text"].startswith("[" + "x" * 99 + "…] y")

    def test_it_wins_over_only_to(self, world):
        works = world.client(redirect_to=ME, only_to="none")
        world.do(works.messages.send_to_user("u-1", TEXT))
        assert addresses(world.script) == [ME]

    def test_rooms_are_made_with_that_person_alone(self, world):
        world.script.play(httpx.Response(201, json={"channelId": "c-7"}))
        works = world.client(redirect_to=ME)
        world.do(works.channels.create(["a@x.example", "b@x.example"], title="1차 면접"))
        assert json.loads(world.script.requests[0].content) == {
            "members": [ME],
            "title": "1차 면접",
        }
        works = world.client(redirect_to="channel:c-1")
        with pytest.raises(nw.NotAllowedHere):
            world.do(works.channels.create(["a@x.example"]))

    @pytest.mark.parametrize("body", [{"content": {"type": "text"}}, {"x": 1}, [1], None])
    def test_what_is_no_message_goes_there_as_it_is(self, world, body):
        works = world.client(redirect_to=ME)
        world.do(works.request("POST", "/bots/{botId}/users/u-1/messages", json=body))
        assert {request.url.path for request in world.script.requests} == {
            f"/v1.0/bots/2000001/users/{ME}/messages"
        }


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"only_to": "none"}, "nobody is told"),
        ({"only_to": [ME, "@x.example"]}, "1 addresses and 1 domains"),
        ({"redirect_to": ME}, "goes to one person"),
        ({"redirect_to": "channel:c-1"}, "goes to one room"),
    ],
)
@pytest.mark.parametrize("kind", [nw.Client, nw.AsyncClient, Tenants, AsyncTenants])
def test_the_first_line_of_the_log_says_so(account, caplog, kind, options, told):
    arguments = () if kind in (Tenants, AsyncTenants) else (account,)
    with caplog.at_level(logging.WARNING, "naverworks_notify"):
        kind(*arguments, **options)
    assert told in caplog.messages[0]
    assert ME not in caplog.text


def test_tenants_hold_back_alike(account, script):
    with Tenants(only_to=ME, transport=script, endpoints=nw.Endpoints()) as tenants:
        tenants.register("a", Tenant(account=account, bot_id=1))
        with pytest.raises(nw.NotAllowedHere):
            tenants.get("a").messages.send_to_user("u-1", TEXT)
        tenants.get("a").messages.send_to_user(ME, TEXT)
