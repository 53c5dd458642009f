"""Operations out, values back, without any IO."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naverworks_notify.directory import LeaveOfAbsence, user_from_wire
from naverworks_notify.errors import InvalidValue
from naverworks_notify.messages import Text
from naverworks_notify.operations import (
    ENDPOINTS,
    Operation,
    api_error,
    bot_domains,
    bots,
    directory,
    messages,
    next_page,
    users,
)
from naverworks_notify.wire import Response


def answer(value, status=200):
    return Response(status=status, content=json.dumps(value).encode())


FULL = {
    "domainId": 10000001,
    "userId": "userf7da",
    "userExternalKey": "k-1",
    "isAdministrator": False,
    "isPending": False,
    "isSuspended": True,
    "isDeleted": False,
    "isAwaiting": False,
    "leaveOfAbsence": {
        "startTime": "2017-03-16T09:00:00+09:00",
        "endTime": "2017-03-20T09:00:00Z",
        "isLeaveOfAbsence": False,
    },
    "suspendedReason": "MASTER",
    "email": "doyoon@example.com",
    "userName": {"lastName": "이", "firstName": "도윤", "phoneticLastName": None},
    "i18nNames": [{"language": "en_US", "firstName": "Doyoon", "lastName": "Lee"}],
    "aliasEmails": ["d@example.com"],
    "organizations": [
        {
            "domainId": 10000001,
            "primary": True,
            "email": "doyoon@sub.example.com",
            "levelId": "l-1",
            "orgUnits": [{"orgUnitId": "o-1", "primary": True, "isManager": False}],
        }
    ],
    "somethingNew": {"x": 1},
}


def test_a_full_member_is_read_with_what_matching_needs():
    user = users.get("userf7da").decode(answer(FULL))
    assert (user.user_id, user.domain_id, user.is_suspended, user.is_deleted) == (
        "userf7da",
        10000001,
        True,
        False,
    )
    assert user.organizations[0].email == "doyoon@sub.example.com"
    assert user.organizations[0].org_units[0].org_unit_id == "o-1"
    assert user.localized_names[0].first_name == "Doyoon"
    assert "example.com" not in repr(user)
    assert "도윤" not in repr(user)


def test_the_small_shape_has_no_flags_not_false_ones():
    user = user_from_wire({"userId": "u-1", "email": "a@example.com"})
    assert user.is_deleted is None
    assert user.is_suspended is None


@pytest.mark.parametrize(
    ("at", "on_leave"),
    [
        ("2017-03-16T00:00:00+00:00", True),
        ("2017-03-15T23:59:59+00:00", False),
        ("2017-03-20T09:00:00+00:00", False),
    ],
)
def test_leave_is_judged_by_the_dates_too(at, on_leave):
    leave = users.get("u").decode(answer(FULL)).leave
    assert leave.covers(datetime.fromisoformat(at)) is on_leave
    assert LeaveOfAbsence(is_on_leave=True).covers(datetime.now(UTC))


@pytest.mark.parametrize(
    "raw",
    [
        None,
        [],
        {},
        {"userId": ""},
        {"userId": "u", "isDeleted": "no"},
        {"userId": "u", "organizations": [5]},
    ],
)
def test_a_member_of_another_shape_is_refused_with_its_path(raw):
    with pytest.raises(InvalidValue):
        user_from_wire(raw)


def test_group_administrators_come_as_ids_or_objects():
    for raw in (["u-1"], [{"userId": "u-1"}]):
        page = directory.list_groups().decode(
            answer({"groups": [{"groupId": "g-1", "administrators": raw}]})
        )
        assert page.items[0].administrators == ("u-1",)


def test_all_users_is_one_item_in_whatever_form():
    page = bot_domains.list_members(1, 2).decode(answer({"members": "All users"}))
    assert page.items == ("All users",)


def test_the_secret_is_read_under_both_names():
    for name in ("secret", "botSecret"):
        assert bots.issue_secret(1).decode(answer({name: "s"})) == "s"
    with pytest.raises(InvalidValue):
        bots.issue_secret(1).decode(answer({}))


def test_a_message_goes_out_in_its_envelope_as_compact_utf8():
    operation = messages.send_to_user(1, "u-1", Text("안녕"))
    assert operation.content == '{"content":{"type":"text","text":"안녕"}}'.encode()
    assert "안녕" not in repr(operation)
    assert "u-1" not in repr(operation)


@given(st.text(min_size=1).filter(lambda c: c < "\ud800" or c > "\udfff"))
def test_any_cursor_survives_encoding(cursor):
    try:
        cursor.encode()
    except UnicodeEncodeError:
        return
    from urllib.parse import parse_qs, urlsplit  # noqa: PLC0415

    operation = next_page(next_page(users.list_users(), "first"), cursor)
    query = parse_qs(urlsplit(operation.target).query, keep_blank_values=True)
    assert query == {"count": ["100"], "cursor": [cursor]}


@given(st.text())
def test_an_id_is_one_encoded_segment_or_refused(value):
    try:
        operation: Operation = users.get(value)
    except (InvalidValue, UnicodeEncodeError):
        return
    assert operation.path.startswith("/users/")
    rest = operation.path.removeprefix("/users/")
    assert rest
    assert "/" not in rest
    assert "?" not in rest
    assert "#" not in rest
    assert rest not in {".", ".."}


@pytest.mark.parametrize("key", ["", "a" * 101, "a%", "a\\", "a#", "a/", "a?", 5])
def test_a_key_the_service_would_refuse_is_refused_here(key):
    with pytest.raises(InvalidValue):
        users.set_external_keys({"u-1": key})


def test_keys_can_be_deleted():
    (operation,) = users.set_external_keys({"u-1": None})
    assert json.loads(operation.content) == {"users": [{"id": "u-1", "externalKey": None}]}
    assert users.set_external_keys({}) == ()


def test_a_long_description_is_cut():
    error = api_error(
        ENDPOINTS["users.get"], answer({"code": "X", "description": "ㅎ" * 1000}, status=400)
    )
    assert len(error.description) == 301
