"""Every documented callback becomes a typed event; whatever else arrives is never lost or a crash."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naverworks_notify import webhooks
from naverworks_notify.errors import InvalidValue

KINDS = {
    "message": webhooks.MessageEvent,
    "postback": webhooks.PostbackEvent,
    "join": webhooks.JoinEvent,
    "leave": webhooks.LeaveEvent,
    "joined": webhooks.JoinedEvent,
    "left": webhooks.LeftEvent,
    "begin": webhooks.BeginEvent,
    "end": webhooks.EndEvent,
}
CONTENTS = {
    "text": webhooks.TextReceived,
    "location": webhooks.LocationReceived,
    "sticker": webhooks.StickerReceived,
    "image": webhooks.ImageReceived,
    "file": webhooks.FileReceived,
    "audio": webhooks.AudioReceived,
    "video": webhooks.VideoReceived,
}
TEXT: dict[str, Any] = {
    "type": "message",
    "source": {"userId": "u-1", "channelId": "c-1", "domainId": 40029600},
    "issuedTime": "2026-03-02T05:16:05.716Z",
    "content": {"type": "text", "text": "지원 현황", "postback": "LIST"},
}


def parse(raw: object) -> Any:
    return webhooks.parse(json.dumps(raw).encode())


def violations(raw: object) -> set[tuple[str, str]]:
    with pytest.raises(InvalidValue) as caught:
        parse(raw)
    return {(one.path, one.rule) for one in caught.value.violations}


def test_every_sample_gives_the_event_of_its_kind(samples: dict[str, Any]) -> None:
    seen = set()
    for name, sample in samples["callbacks"].items():
        for size in ("minimal", "maximal"):
            raw = sample[size]
            event = parse(raw)
            assert type(event) is KINDS[raw["type"]], name
            assert event.domain_id == raw["source"]["domainId"]
            assert event.issued_at == datetime.fromisoformat(raw["issuedTime"])
            for theirs, ours in (("userId", "user_id"), ("channelId", "channel_id")):
                assert getattr(event, ours, None) == raw["source"].get(theirs)
            assert getattr(event, "members", ()) == tuple(raw.get("members", ()))
            seen.add(raw["type"])
            if raw["type"] == "message":
                content = raw["content"]
                assert type(event.content) is CONTENTS[content["type"]]
                seen.add(content["type"])
    assert seen == {*KINDS, *CONTENTS}


def test_a_text_carries_its_postback() -> None:
    content = parse(TEXT).content
    assert (content.text, content.postback) == ("지원 현황", "LIST")


def test_the_other_contents_carry_their_fields() -> None:
    def content(**fields: object) -> Any:
        return parse({**TEXT, "content": fields}).content

    place = content(type="location", address="서울시", latitude=37.4979, longitude=127)
    assert (place.address, place.latitude, place.longitude) == ("서울시", 37.4979, 127.0)
    sticker = content(type="sticker", packageId="1", stickerId="2")
    assert (sticker.package_id, sticker.sticker_id) == ("1", "2")
    assert content(type="video", fileId="kr1.1").file_id == "kr1.1"


def test_numbers_and_ids_are_read_in_either_form() -> None:
    raw = {**TEXT, "source": {"userId": 7, "channelId": "", "domainId": "40029600"}}
    event = parse(raw)
    assert (event.user_id, event.channel_id, event.domain_id) == ("7", None, 40029600)
    place = {"type": "location", "latitude": "37.5", "longitude": 127}
    assert parse({**TEXT, "content": place}).content.latitude == 37.5
    for wrong in ("north", None, True, []):
        content = parse({**TEXT, "content": {**place, "latitude": wrong}}).content
        assert type(content) is webhooks.UnknownContent


def test_text_is_taken_for_a_body_too_and_a_huge_one_is_refused() -> None:
    assert webhooks.parse(json.dumps(TEXT)) == parse(TEXT)
    with pytest.raises(InvalidValue) as caught:
        webhooks.parse(b" " * (1024 * 1024 + 1))
    assert caught.value.violations[0].rule == "size"


def test_a_postback_carries_its_data_even_when_empty() -> None:
    raw = {**TEXT, "type": "postback", "data": "a=1"}
    assert parse(raw).data == "a=1"
    assert parse({**raw, "data": ""}).data == ""


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-02T05:16:05Z", datetime(2026, 3, 2, 5, 16, 5, tzinfo=UTC)),
        ("2026-03-02T05:16:05.7Z", datetime(2026, 3, 2, 5, 16, 5, 700000, tzinfo=UTC)),
        (
            "2026-03-02T05:16:05.123456789Z",
            datetime(2026, 3, 2, 5, 16, 5, 123456, tzinfo=UTC),
        ),
        (
            "2026-03-02T14:16:05+09:00",
            datetime(2026, 3, 2, 14, 16, 5, tzinfo=timezone(timedelta(hours=9))),
        ),
        ("2026-03-02t05:16:05z", datetime(2026, 3, 2, 5, 16, 5, tzinfo=UTC)),
        ("2026-03-02T05:16:05", datetime(2026, 3, 2, 5, 16, 5, tzinfo=UTC)),
    ],
)
def test_issued_time_is_read_in_every_spelling_and_aware(text: str, moment: datetime) -> None:
    event = parse({**TEXT, "issuedTime": text})
    assert event.issued_at == moment
    assert event.issued_at.tzinfo is not None


def test_an_unknown_type_gives_a_generic_event_with_everything_in_it() -> None:
    raw = {**TEXT, "type": "memberPromoted", "new": [1]}
    event = parse(raw)
    assert type(event) is webhooks.UnknownEvent
    assert (event.type, event.raw) == ("memberPromoted", raw)
    assert (event.domain_id, event.issued_at) == (40029600, parse(TEXT).issued_at)
    assert parse({"type": "x"}).domain_id is None


@pytest.mark.parametrize(
    "content",
    [
        {"type": "poll", "question": "?"},
        {"type": "image", "resourceId": "r-1"},
        {"type": "location", "address": "here"},
        {"type": "sticker", "packageId": "1"},
    ],
)
def test_content_of_another_type_or_shape_is_kept_as_it_is(content: dict[str, Any]) -> None:
    received = parse({**TEXT, "content": content}).content
    assert type(received) is webhooks.UnknownContent
    assert (received.type, received.raw) == (content["type"], content)


def test_members_that_nobody_documented_are_let_through() -> None:
    raw = json.loads(json.dumps(TEXT))
    raw["source"]["new"] = raw["content"]["new"] = raw["new"] = 1
    assert parse(raw).content == parse(TEXT).content


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\xff\xfe", b"null", b"[]", b'"message"', b"[" * 9999]
)
def test_what_is_no_json_object_is_a_named_error(body: bytes) -> None:
    with pytest.raises(InvalidValue):
        webhooks.parse(body)


def test_every_missing_member_is_reported_with_its_path() -> None:
    assert violations({"type": "message"}) == {
        ("source.userId", "required"),
        ("source.domainId", "required"),
        ("issuedTime", "required"),
        ("content", "required"),
    }
    assert violations({**TEXT, "type": "joined"}) == {("members", "required")}
    assert violations({**TEXT, "type": "postback"}) == {("data", "required")}
    assert violations({**TEXT, "content": {"type": "text"}}) == {("content.text", "required")}
    assert violations({**TEXT, "content": {}}) == {("content.type", "required")}
    assert violations({**TEXT, "issuedTime": "yesterday"}) == {("issuedTime", "datetime")}
    assert violations({}) == {("type", "required")}


def test_the_fingerprint_tells_a_repeated_callback_from_another() -> None:
    body = json.dumps(TEXT).encode()
    again = webhooks.parse(body)
    assert again.fingerprint == webhooks.parse(body).fingerprint
    assert again.fingerprint != webhooks.parse(body + b" ").fingerprint


def test_what_people_wrote_is_not_in_the_repr() -> None:
    shown = repr(parse(TEXT)) + repr(parse({**TEXT, "type": "new"}))
    shown += repr(parse({**TEXT, "type": "postback", "data": "지원 현황"}))
    assert "지원" not in shown
    assert "LIST" not in shown


# Shapes rather than random text: what can go wrong here is a member of another kind.
_JSON = st.sampled_from(
    [None, True, 0, -1, 10**30, 2.5, "", "x", "\x00", [], ["a"], [1], [[]], {}, {"type": 1}]
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(sorted(KINDS)) | _JSON,
            "source": st.dictionaries(st.sampled_from(["userId", "channelId", "domainId"]), _JSON)
            | _JSON,
            "issuedTime": st.datetimes().map(lambda moment: moment.isoformat() + "Z") | _JSON,
            "content": st.dictionaries(
                st.sampled_from(["type", "text", "fileId", "latitude", "longitude"]),
                st.sampled_from(sorted(CONTENTS)) | _JSON,
            )
            | _JSON,
            "members": _JSON,
            "data": _JSON,
        },
    )
)
def test_any_json_gives_an_event_or_a_named_error(raw: dict[str, Any]) -> None:
    try:
        event = parse(raw)
    except InvalidValue as error:
        assert error.violations  # noqa: PT017 - both outcomes are right
    else:
        assert event.type == raw["type"]


@given(st.binary(max_size=64))
def test_any_bytes_give_an_event_or_a_named_error(body: bytes) -> None:
    with pytest.raises(InvalidValue):
        webhooks.parse(b"\x00" + body)


def _signed(body: bytes, secret: str) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def test_receive_verifies_first_and_spells_headers_as_it_likes() -> None:
    body = json.dumps(TEXT).encode()
    headers = {"x-works-SIGNATURE": _signed(body, "s"), "X-WORKS-botId": "2000001"}
    assert webhooks.receive(body, headers, secret="s", bot_id=2000001) == webhooks.parse(body)
    assert webhooks.receive(body, headers, secret="s") == webhooks.parse(body)


@pytest.mark.parametrize(
    ("options", "rule"),
    [({"secret": "other"}, "signature"), ({"secret": "s", "bot_id": 7}, "bot_id")],
)
def test_receive_says_which_check_failed(options: dict[str, Any], rule: str) -> None:
    body = json.dumps(TEXT).encode()
    headers = {"X-WORKS-Signature": _signed(body, "s"), "X-WORKS-BotId": "2000001"}
    with pytest.raises(InvalidValue) as caught:
        webhooks.receive(body, headers, **options)
    assert [one.rule for one in caught.value.violations] == [rule]


def test_receive_refuses_a_callback_without_a_signature_header() -> None:
    with pytest.raises(InvalidValue):
        webhooks.receive(json.dumps(TEXT).encode(), {}, secret="s")


@pytest.mark.parametrize(
    "latitude", [10**400, -(10**400), 1e308 * 10, "nan", "inf", "1e999", "9" * 400, "１２", "1_0"]
)
def test_a_latitude_that_no_number_can_hold_is_kept_as_it_came(latitude: Any) -> None:
    place = {"type": "location", "latitude": latitude, "longitude": 127}
    body = json.dumps({**TEXT, "content": place}).replace("Infinity", "1e999")
    assert type(webhooks.parse(body).content) is webhooks.UnknownContent  # type: ignore[union-attr]


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_the_constants_of_javascript_are_no_json(constant: str) -> None:
    body = json.dumps({**TEXT, "new": "?"}).replace('"?"', constant)
    with pytest.raises(InvalidValue) as caught:
        webhooks.parse(body)
    assert caught.value.violations[0].rule == "json"


@pytest.mark.parametrize("number", [10**30, -(10**30), "9" * 19, "9" * 400, 1.5, "1.5", "١"])
def test_a_domain_beyond_64_bits_is_named(number: Any) -> None:
    source = {"userId": "u-1", "domainId": number}
    assert violations({**TEXT, "source": source}) == {("source.domainId", "type")}
    assert violations({**TEXT, "source": {"userId": 10**30, "domainId": 1}}) == {
        ("source.userId", "type")
    }


def test_a_number_of_thousands_of_digits_is_no_foreign_exception() -> None:
    for digits in (400, 5000):
        body = json.dumps({**TEXT, "new": "?"}).replace('"?"', "9" * digits)
        try:
            assert webhooks.parse(body)
        except InvalidValue as error:
            assert error.violations[0].rule == "json"  # noqa: PT017 - both outcomes are right


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_a_moment_at_the_edge_of_the_calendar_is_named(moment: str) -> None:
    assert violations({**TEXT, "issuedTime": moment}) == {("issuedTime", "datetime")}


def test_lone_surrogates_read_as_the_replacement_character() -> None:
    raw = {
        **TEXT,
        "content": {"type": "text", "text": "가\ud800나 😀 \udfff"},
        "\ud83d": ["\udc00"],
    }
    body = json.dumps(raw)
    event = webhooks.parse(body)
    assert isinstance(event, webhooks.MessageEvent)
    assert event.content == webhooks.TextReceived(text="가\ufffd나 😀 \ufffd")
    unknown = webhooks.parse(body.replace('"message"', '"new"'))
    assert isinstance(unknown, webhooks.UnknownEvent)
    assert unknown.raw["\ufffd"] == ["\ufffd"]
    json.dumps(unknown.raw, ensure_ascii=False).encode()


@pytest.mark.parametrize("opening", ['{"a":', "["])
def test_deep_nesting_is_refused_by_name(opening: str) -> None:
    closing = "}" if opening.startswith("{") else "]"
    for depth in (64, 500, 50_000):
        deep = opening * depth + "1" + closing * depth
        with pytest.raises(InvalidValue) as caught:
            webhooks.parse(json.dumps(TEXT)[:-1] + f', "new": {deep}}}')
        assert caught.value.violations[0].rule == "json"


def test_of_a_repeated_key_the_last_one_counts() -> None:
    event = webhooks.parse(json.dumps(TEXT)[:-1] + ', "type": "new"}')
    assert event.type == "new"


@pytest.mark.parametrize("body", [None, 1, {"type": "message"}, ["x"]])
def test_a_body_of_another_type_is_named(body: Any) -> None:
    with pytest.raises(InvalidValue) as caught:
        webhooks.parse(body)
    assert caught.value.violations[0].rule == "body"
    assert webhooks.parse(bytearray(json.dumps(TEXT).encode())) == parse(TEXT)  # type: ignore[arg-type]


def test_what_is_not_known_can_be_hashed_too() -> None:
    content = {**TEXT, "content": {"type": "poll", "options": [1]}}
    for raw in ({**TEXT, "type": "new"}, content):
        assert len({parse(raw), parse(raw)}) == 1
        assert parse(raw) != parse({**raw, "more": 1})


@given(st.recursive(st.none() | st.floats() | st.text(), st.lists))
def test_any_member_of_any_type_is_read_or_refused(value: Any) -> None:
    for key in ("type", "source", "issuedTime", "content", "members", "data"):
        body = json.dumps({**TEXT, key: value})
        try:
            webhooks.parse(body)
        except InvalidValue as error:
            str(error).encode()
