"""People and preferences: exact JSON, every violation with its path, no address in a repr."""

from __future__ import annotations

import copy
import json
import pickle
from datetime import datetime

import pytest
from attrs import evolve
from hypothesis import given

from naverworks_notify import InvalidPerson
from naverworks_notify.alerts import Audience
from naverworks_notify.policy import (
    Absence,
    OrgRole,
    Person,
    PostingRole,
    Preferences,
    ReceiveWindow,
    TeamRole,
    person_from_dict,
    with_preferences,
)
from naverworks_notify.testing.strategies import people, preferences

DOYOON = {
    "id": "u-2",
    "name": "이도윤",
    "email": "doyoon@example.com",
    "works_user_id": "w-2",
    "org_role": "interviewer",
    "active": True,
    "posting_roles": {"p-1": "job_member"},
    "team_roles": {"t-1": "team_member"},
    "preferences": {
        "receive_window": {"start": "09:00", "end": "18:30", "tz": "Asia/Seoul"},
        "muted": ["interviewer.interview.reminder"],
        "locale": "ko",
    },
}
AWAY = {
    "delegate_id": "u-3",
    "start": "2026-03-02T00:00:00+09:00",
    "end": "2026-03-09T00:00:00+09:00",
}


def test_who_is_away_or_wants_quiet_says_so_in_json():
    raw = {**DOYOON, "away": AWAY, "snoozed_until": "2026-03-02T14:00:00+09:00"}
    person = Person.from_dict(raw)
    assert person.to_dict() == raw
    assert person.away == Absence(
        "u-3", datetime.fromisoformat(AWAY["start"]), datetime.fromisoformat(AWAY["end"])
    )
    assert person.snoozed_until == datetime.fromisoformat("2026-03-02T14:00:00+09:00")


def test_an_absence_that_cannot_be_read_is_told_with_its_path():
    torn = {"start": 1, "end": "2026-03-02T10:00:00", "until": 2}
    assert refused({**DOYOON, "away": torn, "snoozed_until": "soon"}) == [
        ("away.start", "type"),
        ("away.end", "aware_datetime"),
        ("away.until", "unknown_key"),
        ("away.delegate_id", "required"),
        ("snoozed_until", "datetime"),
    ]
    with pytest.raises(InvalidPerson) as caught:
        Person(id="u-2", name="n", away=AWAY)
    assert [one.path for one in caught.value.violations] == ["away"]


def refused(raw):
    with pytest.raises(InvalidPerson) as caught:
        person_from_dict(raw)
    return [(violation.path, violation.rule) for violation in caught.value.violations]


def test_the_json_form_is_read_and_written_as_it_is():
    person = Person.from_dict(DOYOON)
    assert person.to_dict() == DOYOON
    assert person == Person(
        id="u-2",
        name="이도윤",
        email="doyoon@example.com",
        works_user_id="w-2",
        org_role=OrgRole.INTERVIEWER,
        posting_roles={"p-1": PostingRole.JOB_MEMBER},
        team_roles={"t-1": TeamRole.TEAM_MEMBER},
        preferences=Preferences(
            receive_window=ReceiveWindow(start="09:00", end="18:30"),
            muted={"interviewer.interview.reminder"},
            locale="ko",
        ),
    )


def test_null_counts_as_absent():
    nothing = dict.fromkeys(("email", "works_user_id", "posting_roles", "preferences"))
    assert person_from_dict({"id": "u", "name": "n", "org_role": "admin", **nothing}) == Person(
        id="u", name="n", org_role="admin"
    )
    unset = {"receive_window": None, "muted": None, "locale": None}
    assert person_from_dict({"id": "u", "name": "n", "preferences": unset}).preferences == (
        Preferences()
    )


def test_what_is_not_set_is_left_out():
    assert Person(id="u", name="n").to_dict() == {
        "id": "u",
        "name": "n",
        "org_role": "interviewer",
        "active": True,
    }


@given(people())
def test_reading_undoes_writing_through_json_and_pickle(person):
    assert person_from_dict(json.loads(json.dumps(person.to_dict()))) == person
    chosen = person.preferences
    assert Preferences.from_dict(json.loads(json.dumps(chosen.to_dict()))) == chosen
    assert pickle.loads(pickle.dumps(person)) == person  # noqa: S301 - our own bytes


@given(preferences())
def test_preferences_can_be_kept_in_a_set(chosen):
    assert len({chosen, pickle.loads(pickle.dumps(chosen))}) == 1  # noqa: S301 - our own bytes


def test_a_person_can_be_kept_in_a_set():
    assert len({Person.from_dict(DOYOON), Person.from_dict(DOYOON)}) == 1


def test_roles_given_as_text_become_members():
    person = Person(
        id="u",
        name="n",
        org_role="manager",
        posting_roles={"p": "job_admin"},
        team_roles={"t": "team_manager"},
    )
    assert person.org_role is OrgRole.MANAGER
    assert person.posting_roles["p"] is PostingRole.JOB_ADMIN
    assert person.team_roles["t"] is TeamRole.TEAM_MANAGER


def test_the_roles_are_a_copy():
    roles = {"p": "job_admin"}
    person = Person(id="u", name="n", posting_roles=roles)
    roles["p"] = "job_member"
    assert person.posting_roles == {"p": "job_admin"}


@pytest.mark.parametrize("spelling", ["ko", "ko_KR", "ko-KR", "KO"])
def test_a_locale_is_normalised(spelling):
    raw = {"id": "u", "name": "n", "preferences": {"locale": spelling}}
    assert person_from_dict(raw).preferences.locale == "ko"


def test_addresses_stay_out_of_reprs_and_errors():
    person = Person(id="u", name="n", email="secret@example.com", works_user_id="w-secret")
    assert "secret" not in repr(person)
    with pytest.raises(InvalidPerson) as caught:
        Person(id="u", name="n", email="secret example.com")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("change", "path", "rule"),
    [
        ({"id": None}, "id", "required"),
        ({"id": ""}, "id", "empty"),
        ({"id": "  "}, "id", "empty"),
        ({"id": 7}, "id", "type"),
        ({"name": " "}, "name", "empty"),
        ({"email": "doyoon"}, "email", "email"),
        ({"email": "@example.com"}, "email", "email"),
        ({"email": "doyoon@"}, "email", "email"),
        ({"email": "do yoon@example.com"}, "email", "email"),
        ({"email": 7}, "email", "type"),
        ({"works_user_id": " "}, "works_user_id", "empty"),
        ({"active": None}, "active", "type"),
        ({"name": "\ud800"}, "name", "encoding"),
        ({"id": "\ud800"}, "id", "encoding"),
        ({"email": "\ud800@example.com"}, "email", "encoding"),
        ({"posting_roles": {"\ud800": "job_member"}}, "posting_roles.\\ud800", "encoding"),
        ({"org_role": "boss"}, "org_role", "enum"),
        ({"org_role": ["admin"]}, "org_role", "type"),
        ({"active": 1}, "active", "type"),
        ({"active": "true"}, "active", "type"),
        ({"posting_roles": {"p-1": "team_member"}}, "posting_roles.p-1", "enum"),
        ({"posting_roles": {"": "job_member"}}, "posting_roles", "empty"),
        ({"posting_roles": {"p-1": None}}, "posting_roles.p-1", "type"),
        ({"posting_roles": [["p-1", "job_member"]]}, "posting_roles", "type"),
        ({"team_roles": {"t-1": "job_member"}}, "team_roles.t-1", "enum"),
        ({"preferences": []}, "preferences", "type"),
        ({"preferences": {"colour": 1}}, "preferences.colour", "unknown_key"),
        ({"preferences": {"locale": "fr"}}, "preferences.locale", "locale"),
        ({"preferences": {"muted": ["nothing"]}}, "preferences.muted[0]", "catalog_id"),
        (
            {"preferences": {"muted": ["manager.interview.confirmed", 7]}},
            "preferences.muted[1]",
            "type",
        ),
        ({"preferences": {"muted": "nothing"}}, "preferences.muted", "type"),
        ({"preferences": {"wanted": ["nothing"]}}, "preferences.wanted[0]", "catalog_id"),
        (
            {"preferences": {"muted_audiences": ["boss"]}},
            "preferences.muted_audiences[0]",
            "enum",
        ),
        (
            {"preferences": {"receive_window": {"start": "09:00"}}},
            "preferences.receive_window.end",
            "required",
        ),
        (
            {"preferences": {"receive_window": {"end": "09:00"}}},
            "preferences.receive_window.start",
            "required",
        ),
        (
            {"preferences": {"receive_window": {"start": "09:00", "end": "09:00"}}},
            "preferences.receive_window.end",
            "empty_window",
        ),
        (
            {"preferences": {"receive_window": {"start": "09:00", "end": "10:00", "days": []}}},
            "preferences.receive_window.days",
            "unknown_key",
        ),
        ({"extra": 1}, "extra", "unknown_key"),
    ],
)
def test_each_wrong_member_is_told_with_its_path(change, path, rule):
    assert refused({**DOYOON, **change}) == [(path, rule)]


def test_everything_wrong_is_told_at_once():
    raw = {
        "name": 7,
        "email": "nowhere",
        "org_role": "boss",
        "posting_roles": {"p": "x"},
        "preferences": {"muted": ["a", "b"], "receive_window": {"start": "9", "end": "10:10"}},
        "age": 3,
    }
    assert sorted(path for path, _ in refused(raw)) == [
        "age",
        "email",
        "id",
        "name",
        "org_role",
        "posting_roles.p",
        "preferences.muted[0]",
        "preferences.muted[1]",
        "preferences.receive_window.end",
        "preferences.receive_window.start",
    ]


@pytest.mark.parametrize("raw", [None, [], "u-1", 7])
def test_a_person_is_an_object(raw):
    assert refused(raw)[0] == ("", "type")


@pytest.mark.parametrize(
    ("arguments", "path", "rule"),
    [
        ({"muted": {"nothing"}}, "muted", "catalog_id"),
        ({"muted": "nothing"}, "muted", "type"),
        ({"muted": [7]}, "muted", "type"),
        ({"muted": None}, "muted", "type"),
        ({"wanted": {"nothing"}}, "wanted", "catalog_id"),
        ({"muted_audiences": {"boss"}}, "muted_audiences", "enum"),
        ({"muted_audiences": "manager"}, "muted_audiences", "type"),
        ({"receive_window": "09:00"}, "receive_window", "type"),
        ({"locale": "fr"}, "locale", "locale"),
    ],
)
def test_preferences_are_checked_when_built(arguments, path, rule):
    with pytest.raises(InvalidPerson) as caught:
        Preferences(**arguments)
    assert [(v.path, v.rule) for v in caught.value.violations] == [(path, rule)]


@pytest.mark.parametrize(
    ("arguments", "path"),
    [
        ({"posting_roles": [("p", "job_admin")]}, "posting_roles"),
        ({"preferences": {"locale": "ko"}}, "preferences"),
        ({"active": None}, "active"),
        ({"email": b"a@b.example"}, "email"),
        ({"posting_roles": {7: "job_admin"}}, "posting_roles"),
    ],
)
def test_a_person_is_checked_when_built(arguments, path):
    with pytest.raises(InvalidPerson) as caught:
        Person(id="u", name="n", **arguments)
    assert [violation.path for violation in caught.value.violations] == [path]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"id": 7}, "id: must be a string, not an integer."),
        ({"name": " "}, "name: must not be empty."),
        ({"works_user_id": 7}, "works_user_id: must be a string, not an integer."),
        ({"email": 7}, "email: must be a string, not an integer."),
        ({"email": "x"}, "email: must be an e-mail address such as name@example.com."),
        ({"org_role": "boss"}, "org_role: must be one of admin, manager, interviewer."),
        ({"posting_roles": 7}, "posting_roles: must be an object, not an integer."),
        ({"team_roles": {"": "x"}}, "team_roles: must not have an empty key."),
        ({"preferences": {}}, "preferences: must be a Preferences, not an object."),
        ({"active": 1}, "active: must be true or false, not an integer."),
    ],
)
def test_what_is_said_of_a_person_that_is_refused(arguments, told):
    with pytest.raises(InvalidPerson) as caught:
        Person(**({"id": "u", "name": "n"} | arguments))
    assert str(caught.value) == told
    (violation,) = caught.value.violations
    assert violation.rule in ("type", "empty", "email", "enum")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"muted": 7}, "muted: must be a set, not an integer."),
        ({"muted": {"nothing"}}, "muted: 'nothing' is not a catalog id."),
        ({"muted_audiences": 7}, "muted_audiences: must be a set, not an integer."),
        ({"receive_window": 7}, "receive_window: must be a ReceiveWindow, not an integer."),
        ({"locale": "fr"}, "locale: must be one of ko, en, ja."),
    ],
)
def test_what_is_said_of_preferences_that_are_refused(arguments, told):
    with pytest.raises(InvalidPerson) as caught:
        Preferences(**arguments)
    assert str(caught.value) == told


def test_what_is_said_of_json_that_is_refused():
    raw = {"id": "u", "name": "n", "preferences": {"muted": ["nothing"], "locale": "fr"}}
    with pytest.raises(InvalidPerson) as caught:
        person_from_dict(raw)
    assert [violation.message for violation in caught.value.violations] == [
        "'nothing' is not a catalog id.",
        "must be one of ko, en, ja.",
    ]


def test_audiences_given_as_text_become_members():
    chosen = Preferences(muted_audiences=["manager"])
    assert chosen.muted_audiences == {Audience.MANAGER}
    assert all(isinstance(one, Audience) for one in chosen.muted_audiences)
    assert chosen.to_dict() == {"muted_audiences": ["manager"]}


def test_ids_of_own_alert_types_can_be_muted_where_they_are_named():
    own = "manager.offer.signed"
    raw = {"id": "u", "name": "n", "preferences": {"muted": [own]}}
    assert refused(raw) == [("preferences.muted[0]", "catalog_id")]
    person = Person.from_dict(raw, extra_ids={own})
    assert person.preferences.muted == {own}
    assert person.to_dict()["preferences"] == {"muted": [own]}


def test_a_store_gives_people_their_settings(interviewer, manager):
    mine = Preferences(locale="en")
    first, second = with_preferences([interviewer, manager], {"u-1": mine, "stranger": mine})
    assert first == Person(id="u-1", name="이도윤", preferences=mine)
    assert second is manager


def test_nobody_can_change_the_roles_of_a_person():
    given = {"p-1": "job_member"}
    person = Person(id="u-1", name="이도윤", posting_roles=given, team_roles={"t-1": "team_member"})
    given["p-1"] = "nonsense"
    for roles in (person.posting_roles, person.team_roles):
        with pytest.raises(TypeError):
            roles["q"] = "nonsense"
    with pytest.raises(TypeError):
        Person(id="u-2", name="정가람").posting_roles["q"] = "nonsense"
    assert dict(person.posting_roles) == {"p-1": PostingRole.JOB_MEMBER}


def test_a_person_is_copied_pickled_compared_and_shown_like_any_value():
    person = Person.from_dict(DOYOON)
    copies = [
        pickle.loads(pickle.dumps(person)),  # noqa: S301 - our own bytes
        copy.copy(person),
        copy.deepcopy(person),
        evolve(person),
        evolve(person, posting_roles=dict(person.posting_roles)),
    ]
    for other in copies:
        assert other == person
        assert hash(other) == hash(person)
        assert other.to_dict() == DOYOON
        assert repr(other) == repr(person)
        with pytest.raises(TypeError):
            other.team_roles["q"] = "nonsense"
    assert evolve(person, posting_roles={}) != person
    assert "posting_roles={'p-1': <PostingRole.JOB_MEMBER: 'job_member'>}" in repr(person)


def test_extra_ids_of_another_kind_are_told():
    with pytest.raises(InvalidPerson) as caught:
        Preferences(extra_ids=5)
    assert [(v.path, v.rule, v.message) for v in caught.value.violations] == [
        ("extra_ids", "type", "must be a set, not an integer.")
    ]


def test_preferences_alone_are_an_object():
    with pytest.raises(InvalidPerson) as caught:
        Preferences.from_dict([])
    assert [(one.path, one.rule) for one in caught.value.violations] == [("", "type")]


def test_preferences_alone_are_read_as_those_of_a_person():
    written = {
        "receive_window": {"start": "09:00", "end": "18:30", "tz": "Asia/Seoul"},
        "muted": ["interviewer.interview.reminder", "own.alert"],
        "locale": "en",
    }
    read = Preferences.from_dict(written, extra_ids=["own.alert"])
    assert read.to_dict() == written
    assert Preferences.from_dict({}) == Preferences()
    with pytest.raises(InvalidPerson) as caught:
        Preferences.from_dict({**written, "colour": 1, "receive_window": {"start": "9"}})
    assert {one.path for one in caught.value.violations} >= {
        "muted[1]",
        "colour",
        "receive_window.end",
    }
    with pytest.raises(InvalidPerson):
        Preferences.from_dict("muted")


def test_a_window_on_another_step_survives_writing():
    exact = Preferences(receive_window=ReceiveWindow(start="09:07", end="10:00", step_minutes=0))
    written = exact.to_dict()
    assert written["receive_window"]["step_minutes"] == 0
    person = Person(id="u", name="n", preferences=exact)
    for read in (Preferences.from_dict(written), Person.from_dict(person.to_dict()).preferences):
        assert read == exact
        assert read.receive_window.step_minutes == 0


def test_what_is_wrong_with_a_step_is_told_with_its_path():
    window = {"start": "09:00", "end": "10:00", "step_minutes": True}
    raw = {"id": "u", "name": "n", "preferences": {"receive_window": window}}
    assert refused(raw) == [("preferences.receive_window.step_minutes", "type")]
    window["step_minutes"] = -1
    assert refused(raw) == [("preferences.receive_window.step_minutes", "minimum")]


def test_audiences_that_cannot_be_in_a_set_are_told():
    with pytest.raises(InvalidPerson) as caught:
        Preferences(muted_audiences=[[]])
    assert [(one.path, one.rule) for one in caught.value.violations] == [
        ("muted_audiences[0]", "type")
    ]
