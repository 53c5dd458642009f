"""People as tables have them: one bad row costs one person, and nobody else an alert."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from uuid import UUID

import pytest

from naverworks_notify import InvalidPerson
from naverworks_notify.alerts import Alert, EntryInfo, Vocabulary
from naverworks_notify.policy import (
    OrgRole,
    Person,
    PolicyOptions,
    PostingRole,
    Preferences,
    RecruitingPolicy,
    read_people,
)

SOMEONE = UUID("12345678-1234-5678-1234-567812345678")


class OfferSigned(Alert):
    """An event of the caller's own."""

    type = "offer.signed"
    entries = (EntryInfo(audience="manager", relation="addressed", korean_label="오퍼 서명"),)


def test_ids_are_numbers_or_uuids_in_tables():
    people, refused = read_people(
        [
            {
                "id": 7,
                "works_user_id": 3,
                "posting_roles": {12: "job_admin", SOMEONE: "job_member"},
            },
            {"id": SOMEONE, "team_roles": {5: "team_member"}},
        ]
    )
    assert not refused
    assert [person.id for person in people] == ["7", str(SOMEONE)]
    assert people[0].works_user_id == "3"
    assert people[0].posting_roles == {
        "12": PostingRole.JOB_ADMIN,
        str(SOMEONE): PostingRole.JOB_MEMBER,
    }
    for raw in ({"id": 7}, {"id": SOMEONE}):
        with pytest.raises(InvalidPerson, match=r"^id: must be a string"):
            Person.from_dict(raw)


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_empty_column_is_no_mistake(nothing):
    row = dict.fromkeys(("name", "email", "works_user_id", "org_role"), nothing)
    (person,), refused = read_people([{"id": "u", **row}])
    assert not refused
    assert person == Person(id="u") == Person.from_dict({"id": "u", **row})
    assert (person.name, person.email, person.org_role) == ("", None, OrgRole.INTERVIEWER)
    assert person.to_dict() == {"id": "u", "org_role": "interviewer", "active": True}
    assert Person(id="u", email="", works_user_id="", org_role=None) == person


def test_a_row_that_is_none_costs_its_person_only():
    rows = [
        {"id": "u-1", "name": "김하늘"},
        {"id": "u-2", "name": "이도윤", "org_role": "boss"},
        {"id": "u-3", "active": None},
        "u-4",
        {"name": "x"},
        {"id": "u-1", "name": "twice"},
        {"id": "u-5", "preferences": {"muted": ["gone"], "locale": "zh_CN"}},
        {"id": True},
    ]
    people, refused = read_people(rows)
    assert [person.id for person in people] == ["u-1"]
    assert people[0].name == "김하늘"
    assert [(one.index, one.id, one.path) for one in refused] == [
        (1, "u-2", "org_role"),
        (2, "u-3", "active"),
        (3, None, ""),
        (4, None, "id"),
        (5, "u-1", "id"),
        (6, "u-5", "preferences.muted[0]"),
        (7, None, "id"),
    ]
    assert [str(one) for one in refused[:4]] == [
        "people[1] (u-2, 이도윤).org_role: must be one of admin, manager, interviewer.",
        "people[2] (u-3).active: must be true or false, not null.",
        "people[3]: must be an object, not a string.",
        "people[4] (x).id: is required.",
    ]
    assert refused[5].message == (
        "preferences.muted[0]: 'gone' is not a catalog id.; "
        "preferences.locale: must be one of ko, en, ja."
    )
    assert "이도윤" not in repr(refused[0])


def test_one_stored_row_that_is_out_of_date_costs_a_setting_only(caplog):
    stored = {
        "muted": ["manager.gone", "manager.interview.confirmed"],
        "wanted": "manager.interview.confirmed",
        "muted_audiences": ["boss", "interviewer"],
        "receive_window": {"start": "09:00", "end": "18:00", "tz": "Mars/Olympus"},
        "locale": "zh_CN",
        "zone": "Asia/Seul",
        "colour": "blue",
    }
    with caplog.at_level(logging.WARNING, logger="naverworks_notify.policy"):
        read = Preferences.from_dict(stored, unknown="drop")
    assert read == Preferences(
        muted={"manager.interview.confirmed"}, muted_audiences={"interviewer"}
    )
    (record,) = caplog.records
    assert record.getMessage() == (
        "Left out of preferences that were stored: muted[0] (catalog_id), wanted (type),"
        " muted_audiences[0] (enum), receive_window.tz (time_zone), locale (locale),"
        " zone (time_zone), colour (unknown_key)"
    )
    with pytest.raises(InvalidPerson):
        Preferences.from_dict(stored)
    with pytest.raises(InvalidPerson):
        Preferences.from_dict([], unknown="drop")


def test_what_a_preference_may_have_meant_is_named():
    with pytest.raises(InvalidPerson) as caught:
        Preferences.from_dict({"mutd": [], "muted": ["manager.interview.confirmd"]})
    assert [one.message for one in caught.value.violations] == [
        "is not a known key. Did you mean 'muted'?",
        (
            "'manager.interview.confirmd' is not a catalog id."
            " Did you mean 'manager.interview.confirmed'?"
        ),
    ]


def test_a_vocabulary_names_the_ids_that_people_may_mute():
    vocabulary = Vocabulary(OfferSigned)
    raw = {"id": "u", "preferences": {"muted": ["manager.offer.signed"]}}
    person = Person.from_dict(raw, vocabulary=vocabulary)
    assert Person.from_dict(person.to_dict(), vocabulary=vocabulary) == person
    assert read_people([raw], vocabulary=vocabulary)[0] == (person,)
    assert read_people([raw])[1][0].path == "preferences.muted[0]"
    chosen = Preferences.from_dict(raw["preferences"], vocabulary=vocabulary)
    assert chosen == person.preferences
    critical = {"critical": ["manager.offer.signed"]}
    options = PolicyOptions.from_dict(critical, vocabulary=vocabulary)
    assert options.to_dict() == critical
    now = datetime(2026, 3, 2, tzinfo=UTC)
    alert = OfferSigned(event_id="e", occurred_at=now, assignee_ids=("u",))
    policy = RecruitingPolicy(vocabulary=vocabulary)
    assert [one.reason for one in policy.decide(alert, [person], now=now)] == ["muted"]


def test_whose_clock_a_person_reads():
    window = {"start": "09:00", "end": "18:00", "tz": "Europe/London"}
    assert Preferences().zone_info.key == "Asia/Seoul"
    assert Preferences.from_dict({"receive_window": window}).zone_info.key == "Europe/London"
    own = Preferences.from_dict({"receive_window": window, "zone": "America/New_York"})
    assert own.zone_info.key == "America/New_York"
    assert own.to_dict()["zone"] == "America/New_York"
    person = Person(id="u", preferences=own)
    assert PolicyOptions().zone_of(person).key == "America/New_York"
    tokyo = PolicyOptions(defaults=Preferences(zone="Asia/Tokyo"))
    assert tokyo.zone_of(Person(id="u")).key == "Asia/Tokyo"
