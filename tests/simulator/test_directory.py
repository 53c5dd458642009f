"""Members, external keys, groups and units as the directory gives them."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naverworks_notify.testing import SimulatedUser, Simulator


def _body(answer):
    return json.loads(answer.content)


def test_a_user_has_three_shapes_by_scope(clock, caller_of):
    scopes = ("user.read", "user.profile.read", "user.email.read")
    caller = caller_of(Simulator(clock=clock, scopes=scopes))
    path = "/users/doyoon%40example.com"
    full = _body(caller.call("GET", path, token=caller.token(scope="user.read")))
    assert full["isSuspended"] is False
    assert full["userName"] == {"lastName": "이", "firstName": "도윤"}
    profile = _body(caller.call("GET", path, token=caller.token(scope="user.profile.read")))
    assert "isSuspended" not in profile
    assert profile["userName"] == full["userName"]
    mail = _body(caller.call("GET", path, token=caller.token(scope="user.email.read")))
    assert mail == {"userId": full["userId"], "email": "doyoon@example.com"}


def test_deleted_users_stay_for_seven_days(caller, clock):
    caller.simulator.change_user("doyoon@example.com", deleted=True, deleted_at=clock.now())
    path = "/users/doyoon%40example.com"
    assert _body(caller.call("GET", path))["isDeleted"] is True
    assert len(_body(caller.call("GET", "/users"))["users"]) == 6
    caller.simulator.behave(list_deleted_users=False)
    assert len(_body(caller.call("GET", "/users"))["users"]) == 5
    clock.advance(timedelta(days=7))
    assert caller.told("GET", path) == (404, "NOT_FOUND")
    caller.simulator.behave(list_deleted_users=True)
    assert len(_body(caller.call("GET", "/users"))["users"]) == 5


def test_leave_is_told_by_the_clock(caller, clock):
    now = clock.now()
    caller.simulator.change_user("doyoon@example.com", leave=(now, now + timedelta(days=3)))
    path = "/users/doyoon%40example.com"
    assert _body(caller.call("GET", path))["leaveOfAbsence"] == {
        "startTime": "2026-03-02T01:00:00+00:00",
        "endTime": "2026-03-05T01:00:00+00:00",
        "isLeaveOfAbsence": True,
    }
    clock.advance(timedelta(days=3))
    assert _body(caller.call("GET", path))["leaveOfAbsence"]["isLeaveOfAbsence"] is False


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("", "minji@example.com"),
        ("?sortOrder=DESCENDING", "alex@example.com"),
        ("?orderBy=NAME", "alex@example.com"),
    ],
)
def test_orders(caller, query, first):
    assert _body(caller.call("GET", f"/users{query}"))["users"][0]["email"] == first


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("orderBy=AGE", (400, "INVALID_PARAMETER")),
        ("sortOrder=UP", (400, "INVALID_PARAMETER")),
        ("searchFilterType=ALL", (400, "INVALID_PARAMETER")),
        ("domainId=abc", (400, "INVALID_PARAMETER")),
        ("domainId=99", (403, "FORBIDDEN")),
    ],
)
def test_wrong_queries(caller, query, expected):
    assert caller.told("GET", f"/users?{query}") == expected


def test_a_service_account_has_no_favourites_and_is_not_me(caller):
    assert _body(caller.call("GET", "/users?searchFilterType=VIP"))["users"] == []
    assert caller.told("GET", "/users/me") == (403, "FORBIDDEN")


def test_several_domains(caller):
    simulator = caller.simulator
    simulator.add_domain(42)
    simulator.add_user(SimulatedUser(email="far@example.org", domain_id=42))
    assert len(_body(caller.call("GET", "/users"))["users"]) == 6
    (far,) = _body(caller.call("GET", "/users?domainId=42"))["users"]
    assert far["domainId"] == 42
    assert caller.send("far%40example.org").status == 403


def _keys(caller, *items):
    body = {"users": [{"id": user, "externalKey": key} for user, key in items]}
    return caller.told("POST", "/users/external-keys", body)


def test_external_keys_are_set_listed_swapped_and_deleted(caller):
    assert _keys(caller, ("doyoon@example.com", "a"), ("jiho@example.com", "b")) == (204, None)
    found = _body(caller.call("GET", "/users/external-keys?hasExternalKey=true"))["users"]
    assert {item["email"]: item["externalKey"] for item in found} == {
        "doyoon@example.com": "a",
        "jiho@example.com": "b",
    }
    user = _body(caller.call("GET", "/users/externalKey%3Aa"))
    assert user["email"] == "doyoon@example.com"
    swap = (("externalKey:a", "b"), ("externalKey:b", "a"))
    assert _keys(caller, *swap) == (204, None)
    assert caller.simulator.user("externalKey:a").email == "jiho@example.com"
    assert _keys(caller, ("doyoon@example.com", None)) == (204, None)
    without = _body(caller.call("GET", "/users/external-keys?hasExternalKey=false"))["users"]
    assert len(without) == 5


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([], (400, "INVALID_PARAMETER")),
        ([("doyoon@example.com", "x")] * 51, (400, "INVALID_PARAMETER")),
        ([("doyoon@example.com", "a/b")], (400, "INVALID_PARAMETER")),
        ([("doyoon@example.com", "a" * 101)], (400, "INVALID_PARAMETER")),
        ([(None, "a")], (400, "MISSING_PARAMETER")),
        ([("nobody@example.com", "a")], (404, "NOT_FOUND")),
        ([("doyoon@example.com", "a"), ("jiho@example.com", "a")], (409, "ALREADY_EXIST")),
    ],
)
def test_wrong_external_keys_change_nothing(caller, items, expected):
    assert _keys(caller, *items) == expected
    assert all(user.external_key is None for user in caller.simulator.users)


def test_external_keys_need_a_directory_scope(clock, caller_of):
    caller = caller_of(Simulator(clock=clock, scopes=("user.read",)))
    assert caller.told("GET", "/users/external-keys") == (403, "FORBIDDEN")


def test_groups_units_and_names(caller):
    simulator = caller.simulator
    inner = simulator.add_group("안", ["jiho@example.com"])
    outer = simulator.add_group("밖", ["doyoon@example.com"], groups=[inner], external_key="g")
    names = [group["groupName"] for group in _body(caller.call("GET", "/groups"))["groups"]]
    assert names == ["채용 위원회", "안", "밖"]
    members = _body(caller.call("GET", f"/groups/{outer}/members"))["members"]
    assert [item["type"] for item in members] == ["USER", "GROUP"]
    root = simulator.add_org_unit("본사")
    team = simulator.add_org_unit(
        "플랫폼팀",
        ["doyoon@example.com", "jiho@example.com"],
        parent=root,
        managers=["jiho@example.com"],
    )
    units = _body(caller.call("GET", "/orgunits"))["orgUnits"]
    assert units[-1]["parentOrgUnitId"] == root
    assert units[-1]["displayLevel"] == 2
    people = _body(caller.call("GET", f"/orgunits/{team}/members"))["members"]
    assert [item["isManager"] for item in people] == [False, True]
    simulator.add_level("책임")
    simulator.add_position("팀장", external_key="p-1")
    simulator.add_user_type("정규직")
    for path, key, name in (
        ("levels", "levels", "levelName"),
        ("positions", "positions", "positionName"),
        ("user-types", "userTypes", "userTypeName"),
    ):
        (item,) = _body(caller.call("GET", f"/directory/{path}"))[key]
        assert item[name]
    assert caller.told("GET", "/groups/none/members") == (404, "NOT_FOUND")
    assert caller.told("GET", "/orgunits/none/members") == (404, "NOT_FOUND")


emails = st.from_regex(r"[a-z]{1,8}@example\.com", fullmatch=True)
users = st.builds(
    SimulatedUser,
    email=emails,
    name=st.sampled_from(["", "김하늘", "남궁민수", "Alex Kim", "이", "Mary Jane Smith"]),
    nick_name=st.none() | st.just("하늘"),
    external_key=st.none() | st.just("k"),
    suspended=st.booleans(),
    deleted=st.booleans(),
    pending=st.booleans(),
    awaiting=st.booleans(),
    administrator=st.booleans(),
)


@given(users)
def test_the_wire_form_reads_back_to_the_same_wire_form(user):
    wire = user.to_dict(domain_id=1)
    assert SimulatedUser.from_dict(wire).to_dict(domain_id=1) == wire


def test_ids_are_the_same_in_every_run():
    assert SimulatedUser(email="doyoon@example.com").user_id == (
        "56716baa-3ff3-53d1-93b9-7a358131dcba"
    )


def test_two_members_cannot_share_an_address_or_a_key(caller):
    with pytest.raises(ValueError, match="share an e-mail"):
        caller.simulator.add_user({"email": "x@example.com", "aliasEmails": ["Jiho@example.com"]})
    caller.simulator.change_user("jiho@example.com", external_key="k")
    with pytest.raises(ValueError, match="share an external key"):
        caller.simulator.change_user("doyoon@example.com", external_key="k")
    with pytest.raises(ValueError, match="needs an email"):
        caller.simulator.add_user({"userId": "u"})


def test_a_removed_member_leaves_no_trace(caller):
    caller.simulator.remove_user("jiho@example.com")
    assert caller.told("GET", "/users/jiho%40example.com") == (404, "NOT_FOUND")
    with pytest.raises(KeyError):
        caller.simulator.user("jiho@example.com")
    assert caller.simulator.add_user("jiho@example.com").display_name == "jiho"
