"""Who is who: by e-mail in all its forms, then by external key; several are never chosen from."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from naverworks_notify.directory import Match, User, user_from_wire
from naverworks_notify.members import Directory
from naverworks_notify.members._member import member_of
from naverworks_notify.policy import Person

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Make = Callable[..., Any]


def look(person: Person, *users: User, **options: Any) -> Match:
    directory = Directory((member_of(user) for user in users), synced_at=NOW)
    return directory.lookup(person, **{"now": NOW, **options})


def told(match: Match) -> tuple[str, str | None, str | None]:
    return (match.status.value, match.user_id, match.reason and str(match.reason))


@pytest.mark.parametrize(
    "changes",
    [
        {"email": "Doyoon@Example.com"},
        {"email": " doyoon@example.com "},
        {"aliasEmails": ["x@example.com", "DOYOON@example.com"]},
        {"organizations": [{"email": "a@example.com"}, {"email": "doyoon@example.com"}]},
        {"userExternalKey": "P-7"},
    ],
)
def test_every_address_and_the_external_key_find_the_user(
    user: Make, person: Make, changes: dict[str, Any]
) -> None:
    wanted = person(7, email="doyoon@EXAMPLE.com")
    assert told(look(wanted, user(1, **changes), user(2))) == ("matched", "user-1", None)


@pytest.mark.parametrize(
    "spellings",
    [
        ("user@예시.한국", "user@xn--vv4b11d.xn--3e0b707e", "USER@예시.한국"),
        ("김하늘@example.com", unicodedata.normalize("NFD", "김하늘@example.com")),
        ("ÉLÈVE@example.com", "e\u0301le\u0300ve@example.com"),
    ],
)
def test_an_international_address_is_the_same_in_each_spelling(
    user: Make, person: Make, spellings: tuple[str, ...]
) -> None:
    for known in spellings:
        for asked in spellings:
            assert look(person(9, email=asked), user(1, email=known)).user_id == "user-1"
    key = unicodedata.normalize("NFD", "사번-1")
    assert look(person(9, id="사번-1"), user(1, userExternalKey=key)).user_id == "user-1"


def test_addresses_that_differ_in_an_accent_are_different(user: Make, person: Make) -> None:
    assert look(person(9, email="é@example.com"), user(1, email="e@example.com")).user_id is None


def test_nobody_fits(user: Make, person: Make) -> None:
    assert told(look(person(9), user(1))) == ("unmatched", None, "no_such_user")
    assert told(look(person(9, email=None), user(1))) == ("unmatched", None, "no_such_user")


def test_without_a_walk_the_reason_says_so(person: Make) -> None:
    match = Directory().lookup(person(), now=NOW)
    assert told(match) == ("unmatched", None, "never_synced")


def test_a_private_email_is_no_address_of_the_organisation(user: Make, person: Make) -> None:
    match = look(person(9, email="me@home.example"), user(1, privateEmail="me@home.example"))
    assert match.status == "unmatched"


@pytest.mark.parametrize(
    "other",
    [
        {"email": "user1@example.com"},
        {"aliasEmails": ["User1@example.com"]},
        {"organizations": [{"email": "user1@example.com"}]},
    ],
)
def test_several_users_that_fit_are_never_chosen_from(
    user: Make, person: Make, other: dict[str, Any]
) -> None:
    users = [user(1), user(2, **other)]
    for order in (users, users[::-1]):
        assert told(look(person(1), *order)) == ("ambiguous", None, "several_users")


def test_three_that_fit_are_as_ambiguous_as_two(user: Make, person: Make) -> None:
    users = [user(number, aliasEmails=["team@example.com"]) for number in (1, 2, 3)]
    assert look(person(9, email="team@example.com"), *users).status == "ambiguous"


def test_two_users_with_one_external_key_are_ambiguous(user: Make, person: Make) -> None:
    users = [user(number, userExternalKey="p-9") for number in (1, 2)]
    assert look(person(9), *users).status == "ambiguous"


def test_the_email_decides_before_the_external_key(user: Make, person: Make) -> None:
    match = look(person(1), user(1), user(2, userExternalKey="p-1"))
    assert told(match) == ("matched", "user-1", None)


def test_a_deleted_user_does_not_count_beside_a_living_one(user: Make, person: Make) -> None:
    gone = user(2, email="user1@example.com", isDeleted=True)
    assert told(look(person(1), gone, user(1))) == ("matched", "user-1", None)
    suspended = user(1, isSuspended=True)
    assert told(look(person(1), gone, suspended)) == ("blocked", "user-1", "suspended")


def test_an_email_and_a_key_of_the_same_text_are_different_things(user: Make, person: Make) -> None:
    match = look(person(9, email=None, id="user1@example.com"), user(1))
    assert match.status == "unmatched"


@pytest.mark.parametrize(
    ("flags", "reason"),
    [
        ({"isDeleted": True}, "deleted"),
        ({"isSuspended": True}, "suspended"),
        ({"isPending": True}, "pending"),
        ({"isAwaiting": True}, "awaiting"),
        ({"isAwaiting": True, "isSuspended": True, "isDeleted": True}, "deleted"),
    ],
)
def test_who_cannot_receive_is_blocked_with_the_reason(
    user: Make, person: Make, flags: dict[str, bool], reason: str
) -> None:
    assert told(look(person(1), user(1, **flags))) == ("blocked", "user-1", reason)


def test_a_flag_that_is_not_told_blocks_nobody(person: Make) -> None:
    profile = user_from_wire({"userId": "user-1", "email": "user1@example.com"})
    assert look(person(1), profile).status == "matched"


@pytest.mark.parametrize(
    ("leave", "away"),
    [
        ({"isLeaveOfAbsence": True}, True),
        ({"isLeaveOfAbsence": False}, False),
        ({"startTime": "2026-03-01T00:00:00+09:00", "endTime": "2026-03-31T00:00:00+09:00"}, True),
        ({"startTime": "2026-03-03T00:00:00+09:00", "endTime": "2026-03-31T00:00:00+09:00"}, False),
        ({"startTime": "2026-02-01T00:00:00+09:00", "endTime": "2026-02-28T00:00:00+09:00"}, False),
        (
            {
                "isLeaveOfAbsence": True,
                "startTime": "2026-02-01T00:00:00+09:00",
                "endTime": "2026-02-28T00:00:00+09:00",
            },
            False,
        ),
        ({"startTime": "2026-03-01T00:00:00+09:00"}, True),
    ],
)
def test_leave_blocks_by_choice_and_by_its_dates(
    user: Make, person: Make, leave: dict[str, Any], away: bool
) -> None:
    one = user(1, leaveOfAbsence=leave)
    assert look(person(1), one).status == "matched"
    match = look(person(1), one, skip_on_leave=True)
    assert told(match) == (
        ("blocked", "user-1", "on_leave") if away else ("matched", "user-1", None)
    )


def test_leave_is_judged_at_the_time_of_the_lookup(user: Make, person: Make) -> None:
    one = user(1, leaveOfAbsence={"startTime": "2026-03-03T00:00:00+09:00"})
    assert look(person(1), one, skip_on_leave=True).status == "matched"
    later = NOW + timedelta(days=3)
    assert look(person(1), one, skip_on_leave=True, now=later).status == "blocked"


def test_a_known_works_user_id_wins(user: Make, person: Make) -> None:
    wanted = person(1, works_user_id="user-2")
    assert told(look(wanted, user(1), user(2))) == ("matched", "user-2", None)
    blocked = look(wanted, user(1), user(2, isSuspended=True))
    assert told(blocked) == ("blocked", "user-2", "suspended")


def test_a_works_user_id_may_be_a_login_email(user: Make, person: Make) -> None:
    wanted = person(9, works_user_id="USER2@example.com")
    assert told(look(wanted, user(2))) == ("matched", "user-2", None)


def test_a_works_user_id_may_be_an_external_key(user: Make, person: Make) -> None:
    wanted = person(9, works_user_id="externalKey:emp-2")
    match = look(wanted, user(1), user(2, userExternalKey="EMP-2", isSuspended=True))
    assert told(match) == ("blocked", "user-2", "suspended")


def test_a_vanished_user_fits_nobody(user: Make, person: Make) -> None:
    users = [
        user(1, aliasEmails=["team@example.com"]),
        user(2, aliasEmails=["team@example.com"]),
        user(3, userExternalKey="p-1"),
    ]
    assert told(look(person(2), *users, vanished={"user-2"})) == ("unmatched", None, "vanished")
    assert look(person(9, email="team@example.com"), *users, vanished={"user-2"}).user_id == (
        "user-1"
    )
    # What fits next decides.
    assert look(person(1), *users, vanished={"user-1"}).user_id == "user-3"
    for works_user_id in ("user-1", "elsewhere"):
        wanted = person(1, works_user_id=works_user_id)
        match = look(wanted, *users, vanished={"user-1", "elsewhere"})
        assert told(match) == ("unmatched", None, "vanished")


def test_a_works_user_id_of_a_domain_not_walked_is_believed(user: Make, person: Make) -> None:
    wanted = person(1, works_user_id="elsewhere")
    assert told(look(wanted, user(1))) == ("matched", "elsewhere", None)


def test_the_external_key_may_be_another_field(user: Make, person: Make) -> None:
    users = [user(1, userExternalKey="emp-1")]
    wanted = person(9, name="emp-1")
    assert look(wanted, *users, external_key=lambda one: one.name).status == "matched"
    assert look(wanted, *users, external_key=lambda _: None).status == "unmatched"


def test_nothing_readable_is_kept(user: Make) -> None:
    member = member_of(
        user(1, aliasEmails=["alias@example.com"], userExternalKey="emp-1", nickName="nick")
    )
    shown = f"{member!r} {member.addresses!r} {member.keys!r}"
    for text in ("example.com", "alias", "emp-1", "nick"):
        assert text not in shown


_ADDRESSES = st.sampled_from([f"{name}@example.com" for name in "abcd"])


@given(
    users=st.lists(
        st.fixed_dictionaries(
            {
                "userId": st.sampled_from([f"user-{number}" for number in range(6)]),
                "email": _ADDRESSES,
                "aliasEmails": st.lists(_ADDRESSES, max_size=2),
            }
        ),
        unique_by=lambda raw: raw["userId"],
        max_size=6,
    ),
    email=_ADDRESSES,
    order=st.randoms(use_true_random=False),
)
def test_a_match_is_the_only_user_with_the_address_whatever_the_order(
    users: list[dict[str, Any]], email: str, order: Any
) -> None:
    holders = {raw["userId"] for raw in users if email in (raw["email"], *raw["aliasEmails"])}
    order.shuffle(users)
    match = look(Person(id="p", name="n", email=email), *(user_from_wire(raw) for raw in users))
    if len(holders) == 1:
        assert match.user_id == holders.pop()
    else:
        assert (match.status, match.user_id) == ("ambiguous" if holders else "unmatched", None)


@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from([f"user-{number}" for number in range(4)]),
            st.lists(_ADDRESSES, max_size=3),
        ),
        max_size=12,
    )
)
def test_adding_members_one_by_one_is_the_same_as_building_anew(
    steps: list[tuple[str, list[str]]],
) -> None:
    directory, latest = Directory(synced_at=NOW), {}
    for user_id, addresses in steps:
        member = member_of(user_from_wire({"userId": user_id, "aliasEmails": addresses}))
        directory = directory.with_member(member)
        latest[user_id] = member
    anew = Directory(latest.values(), synced_at=NOW)
    assert set(directory) == set(anew)
    for letter in "abcd":
        wanted = Person(id="p", name="n", email=f"{letter}@example.com")
        assert directory.lookup(wanted, now=NOW) == anew.lookup(wanted, now=NOW)


def test_what_the_service_says_ends_an_older_claim_to_the_address(user: Make, person: Make) -> None:
    directory = Directory([member_of(user(1))], synced_at=NOW)
    heir = member_of(user(2, email="user1@example.com"))
    assert directory.with_member(heir).lookup(person(1), now=NOW).status == "ambiguous"
    settled = directory.with_member(heir, owning=heir.addresses[0])
    assert told(settled.lookup(person(1), now=NOW)) == ("matched", "user-2", None)
    assert directory.lookup(person(1), now=NOW).user_id == "user-1"
    assert len(settled) == 2


def test_an_external_key_is_taken_over_the_same_way(user: Make, person: Make) -> None:
    directory = Directory([member_of(user(1, userExternalKey="p-7"))], synced_at=NOW)
    heir = member_of(user(2, userExternalKey="p-7"))
    settled = directory.with_member(heir, owning=heir.external_key)
    assert settled.lookup(person(7), now=NOW).user_id == "user-2"
    # What the other one is found by besides stays.
    assert settled.lookup(person(1), now=NOW).user_id == "user-1"


def test_a_directory_holds_members_as_they_are(user: Make) -> None:
    directory = Directory([member_of(user(1))], synced_at=NOW)
    assert member_of(user(1)) in directory
    assert member_of(user(1, isDeleted=True)) not in directory
    assert member_of(user(2)) not in directory
    assert "user-1" not in directory
