"""The schemas that are handed out say what the readers say."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from naverworks_notify import InvalidValue, alerts, policy
from naverworks_notify.alerts import Alert, EntryInfo, Vocabulary
from naverworks_notify.catalog.samples import sample
from naverworks_notify.notifier import Delivery
from naverworks_notify.schemas import NAMES, json_schema
from naverworks_notify.testing import strategies

jsonschema = pytest.importorskip("jsonschema")


def accepts(schema, raw):
    return jsonschema.Draft202012Validator(schema).is_valid(json.loads(json.dumps(raw)))


SCHEMAS = {name: json_schema(name) for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_each_is_a_schema(name):
    jsonschema.Draft202012Validator.check_schema(SCHEMAS[name])
    assert json.loads(json.dumps(SCHEMAS[name])) == SCHEMAS[name]
    assert not accepts(SCHEMAS[name], "text")


def test_another_name_is_refused_with_those_there_are():
    with pytest.raises(InvalidValue, match=r"must be one of alerts, people.*mean 'people'"):
        json_schema("poeple")


@pytest.mark.parametrize("entry", alerts.ENTRIES)
@pytest.mark.parametrize("minimal", [True, False])
def test_every_alert_fits(entry, minimal):
    raw = sample(entry, minimal=minimal).to_dict()
    assert accepts(SCHEMAS["alerts"], raw)
    assert accepts(SCHEMAS["alerts"], [raw])
    assert not accepts(SCHEMAS["alerts"], {**raw, "extra": 1})


@given(strategies.alerts())
@settings(max_examples=30, deadline=None)
def test_any_alert_fits(alert):
    assert accepts(SCHEMAS["alerts"], alert.to_dict())


@given(strategies.people())
@settings(max_examples=30, deadline=None)
def test_any_person_fits(person):
    assert accepts(SCHEMAS["people"], [person.to_dict()])
    assert accepts(SCHEMAS["preferences"], person.preferences.to_dict())


CONFIRMED = sample("interviewer.interview.confirmed").to_dict()


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("type", "interview.confirmd"),
        ("event_id", ""),
        ("event_id", "  "),
        ("occurred_at", "2026-03-02T10:00:00"),
        ("posting.url", "http://ats.example.com/"),
        ("posting.url", "https://bank.example@evil.example/"),
        ("posting.url", "https://ats.example.com/ x"),
        ("posting.url", "http://localhost.example.com/"),
        ("interview.round", -1),
        ("interview.interviewers", ["u-2"]),
        ("assignee_ids", "u-2"),
        ("locale", "fr"),
    ],
)
def test_reader_and_schema_refuse_the_same(path, wrong):
    raw = json.loads(json.dumps(CONFIRMED))
    *parents, key = path.split(".")
    place = raw
    for parent in parents:
        place = place[parent]
    place[key] = wrong
    assert not accepts(SCHEMAS["alerts"], raw)
    with pytest.raises(InvalidValue):
        alerts.from_dict(raw)


@pytest.mark.parametrize(
    "url", ["http://localhost:3000/x", "http://127.0.0.1/", "https://[2001:db8::1]:8443/x?y#z"]
)
def test_reader_and_schema_take_the_same_links(url):
    raw = {**CONFIRMED, "posting": {**CONFIRMED["posting"], "url": url}}
    assert accepts(SCHEMAS["alerts"], raw)
    assert alerts.from_dict(raw).posting.url == url


PERSON = {
    "id": "u-2",
    "name": "이도윤",
    "email": None,
    "org_role": "",
    "works_user_id": None,
    "preferences": {"muted": None, "receive_window": None, "locale": "ko_KR"},
}


def test_what_tables_leave_empty_fits():
    assert accepts(SCHEMAS["people"], PERSON)
    assert policy.Person.from_dict(PERSON).name == "이도윤"


@pytest.mark.parametrize(
    "change",
    [
        {"id": None},
        {"id": 7},
        {"active": None},
        {"org_role": "boss"},
        {"posting_roles": {"p": "boss"}},
        {"posting_roles": {"": "job_member"}},
        {"preferences": {"muted": ["gone"]}},
        {"preferences": {"receive_window": {"start": "09:00"}}},
        {"preferences": {"receive_window": {"start": "24:00", "end": "09:00"}}},
        {"away": {"delegate_id": "u"}},
        {"snoozed_until": "2026-03-02"},
    ],
)
def test_reader_and_schema_refuse_the_same_people(change):
    raw = {**PERSON, **change}
    assert not accepts(SCHEMAS["people"], raw)
    with pytest.raises(InvalidValue):
        policy.Person.from_dict(raw)


def test_every_member_is_described():
    definitions = SCHEMAS["people"]["$defs"]
    for name in ("Person", "Preferences", "ReceiveWindow", "Absence"):
        for key, member in definitions[name]["properties"].items():
            assert member["description"], (name, key)
    words = definitions["Person"]["properties"]["works_user_id"]["description"]
    assert words.startswith("User id in NAVER WORKS, where the caller knows it")


class OfferSigned(Alert):
    """An event of the caller's own."""

    type = "offer.signed"
    entries = (EntryInfo(audience="manager", relation="addressed", korean_label="오퍼 서명"),)
    amount: int


def test_own_types_come_in_by_their_vocabulary():
    raw = {
        "type": "offer.signed",
        "event_id": "e",
        "occurred_at": "2026-03-02T10:00:00Z",
        "amount": 3,
    }
    person = {"id": "u", "preferences": {"muted": ["manager.offer.signed"]}}
    vocabulary = Vocabulary(OfferSigned)
    assert accepts(json_schema("alerts", vocabulary=vocabulary), raw)
    assert not accepts(json_schema("alerts", vocabulary=vocabulary), {**raw, "amount": "3"})
    assert not accepts(SCHEMAS["alerts"], raw)
    assert accepts(json_schema("people", vocabulary=vocabulary), person)
    assert not accepts(SCHEMAS["people"], person)


DELIVERY = {
    "version": 1,
    "event_id": "ev-1",
    "person_id": "u-2",
    "user_id": "doyoon@example.com",
    "catalog_id": "interviewer.interview.confirmed",
    "locale": "ko",
    "not_before": None,
    "expires_at": "2026-03-04T14:00:00+09:00",
    "decision": {
        "person_id": "u-2",
        "outcome": "send",
        "audience": "interviewer",
        "until": None,
        "reason": "assigned",
        "trail": [["addressed", "pass"], ["assigned", "choose"]],
        "event_id": "ev-1",
        "catalog_id": "interviewer.interview.confirmed",
    },
    "content": {"type": "text", "text": "면접이 확정되었습니다."},
}


def test_a_delivery_fits():
    assert Delivery.from_dict(DELIVERY).to_dict() == DELIVERY
    assert accepts(SCHEMAS["deliveries"], DELIVERY)
    assert accepts(SCHEMAS["deliveries"], [DELIVERY])


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"event_id": ""},
        {"user_id": None},
        {"content": []},
        {"decision": {**DELIVERY["decision"], "outcome": "sent"}},
        {"decision": {**DELIVERY["decision"], "trail": [["assigned"]]}},
        {"decision": {**DELIVERY["decision"], "trail": [["assigned", "maybe"]]}},
        {"expires_at": "soon"},
        {"extra": 1},
    ],
)
def test_reader_and_schema_refuse_the_same_deliveries(change):
    raw = {**DELIVERY, **change}
    assert not accepts(SCHEMAS["deliveries"], raw)
    with pytest.raises(InvalidValue):
        Delivery.from_dict(raw)
