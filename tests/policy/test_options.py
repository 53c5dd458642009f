"""Options as a document: strict, complete, and agreeing with the schema that is shipped."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import fields

from naverworks_notify import InvalidValue
from naverworks_notify.policy import (
    Person,
    PolicyOptions,
    Preferences,
    QuietDays,
    ReceiveWindow,
    RecruitingPolicy,
)
from naverworks_notify.schemas import json_schema

jsonschema = pytest.importorskip("jsonschema")

OPTIONS_SCHEMA = json_schema("options")

TOML = """
include_org_admins = true
direct_role_wins = true
interviewer_first = false
silence_addressed_members = true
exclude_actor = true
defer_outside_window = true
duplicate_window_minutes = 1440
supersede_cancelled = true
collapse_window_minutes = 10
max_age_minutes = 1440
hourly_cap = 20
digest_length_minutes = 30
digest_aligned = true
critical = ["interviewer.interview.cancelled"]
mandatory = ["interviewer.interview.changed", "interviewer.interview.cancelled"]

[quiet_days]
weekdays = ["saturday", "sunday"]
dates = [2026-03-01, "2026-03-02"]

[defaults]
muted = ["manager.interview.reminder"]
muted_audiences = ["manager"]
locale = "en"
receive_window = {start = "08:00", end = "20:00", tz = "Asia/Tokyo"}
"""
WHOLE = PolicyOptions(
    include_org_admins=True,
    direct_role_wins=True,
    interviewer_first=False,
    silence_addressed_members=True,
    exclude_actor=True,
    defer_outside_window=True,
    duplicate_window=timedelta(days=1),
    supersede_cancelled=True,
    collapse_window=timedelta(minutes=10),
    max_age=timedelta(days=1),
    hourly_cap=20,
    digest_length=timedelta(minutes=30),
    digest_aligned=True,
    critical={"interviewer.interview.cancelled"},
    mandatory={"interviewer.interview.changed", "interviewer.interview.cancelled"},
    quiet_days=QuietDays(weekdays={5, 6}, dates={date(2026, 3, 1), date(2026, 3, 2)}),
    defaults=Preferences(
        muted={"manager.interview.reminder"},
        muted_audiences={"manager"},
        locale="en",
        receive_window=ReceiveWindow(start="08:00", end="20:00", tz="Asia/Tokyo"),
    ),
)


def schema_accepts(raw):
    return jsonschema.Draft202012Validator(OPTIONS_SCHEMA).is_valid(raw)


def test_toml_and_json_say_the_same():
    assert PolicyOptions.from_toml(TOML) == WHOLE
    assert PolicyOptions.from_json(json.dumps(WHOLE.to_dict())) == WHOLE
    assert PolicyOptions.from_toml("") == PolicyOptions() == PolicyOptions.from_json("{}")


def test_what_is_written_is_what_differs_from_the_defaults():
    assert PolicyOptions().to_dict() == {}
    assert PolicyOptions(hourly_cap=3, quiet_days=QuietDays()).to_dict() == {
        "hourly_cap": 3,
        "quiet_days": {},
    }
    assert schema_accepts(WHOLE.to_dict())


def test_a_document_is_an_object():
    with pytest.raises(InvalidValue) as caught:
        PolicyOptions.from_dict([])
    assert [(one.path, one.rule) for one in caught.value.violations] == [("", "type")]


@pytest.mark.parametrize(
    "name", ["duplicate_window", "collapse_window", "max_age", "digest_length"]
)
def test_a_length_that_no_document_can_hold_is_not_cut(name):
    for seconds in (30, 90):
        options = PolicyOptions(**{name: timedelta(seconds=seconds)})
        with pytest.raises(InvalidValue) as caught:
            options.to_dict()
        assert [(one.path, one.rule, one.message) for one in caught.value.violations] == [
            (name, "whole_minutes", "has a JSON form only in whole minutes.")
        ]


def test_a_calendar_is_code_and_not_written():
    quiet = QuietDays(weekdays={6}, calendar=lambda _day: False)
    assert PolicyOptions(quiet_days=quiet).to_dict() == {"quiet_days": {"weekdays": ["sunday"]}}


def test_the_schema_knows_every_option():
    names = {attribute.name for attribute in fields(PolicyOptions)} - {"extra_ids"}
    described = {
        name.removesuffix("_minutes")
        for name in OPTIONS_SCHEMA["$defs"]["PolicyOptions"]["properties"]
    }
    assert described == names
    jsonschema.Draft202012Validator.check_schema(OPTIONS_SCHEMA)


@pytest.mark.parametrize(
    ("raw", "path", "rule"),
    [
        ({"colour": 1}, "colour", "unknown_key"),
        ({"exclude_actor": 1}, "exclude_actor", "type"),
        (
            {"hourly_cap": 2, "duplicate_window_minutes": 59},
            "duplicate_window_minutes",
            "minimum",
        ),
        ({"hourly_cap": 0}, "hourly_cap", "minimum"),
        ({"hourly_cap": True}, "hourly_cap", "type"),
        ({"hourly_cap": "3"}, "hourly_cap", "type"),
        ({"digest_length_minutes": 0}, "digest_length_minutes", "minimum"),
        ({"duplicate_window_minutes": 10**30}, "duplicate_window_minutes", "maximum"),
        ({"collapse_window_minutes": 99999999999999}, "collapse_window_minutes", "maximum"),
        ({"digest_length_minutes": 366 * 24 * 60 + 1}, "digest_length_minutes", "maximum"),
        ({"collapse_window_minutes": 1.5}, "collapse_window_minutes", "type"),
        ({"duplicate_window": 3}, "duplicate_window", "unknown_key"),
        ({"critical": ["nothing"]}, "critical[0]", "catalog_id"),
        ({"critical": [7]}, "critical[0]", "type"),
        ({"mandatory": "nothing"}, "mandatory", "type"),
        ({"quiet_days": []}, "quiet_days", "type"),
        ({"quiet_days": {"weekdays": ["sun"]}}, "quiet_days.weekdays[0]", "enum"),
        ({"quiet_days": {"weekdays": [6]}}, "quiet_days.weekdays[0]", "type"),
        (
            {
                "quiet_days": {
                    "weekdays": [
                        "monday",
                        "tuesday",
                        "wednesday",
                        "thursday",
                        "friday",
                        "saturday",
                        "sunday",
                    ]
                }
            },
            "quiet_days.weekdays",
            "max_items",
        ),
        ({"quiet_days": {"dates": [20260301]}}, "quiet_days.dates[0]", "type"),
        ({"quiet_days": {"months": []}}, "quiet_days.months", "unknown_key"),
        ({"defaults": {"muted": ["nothing"]}}, "defaults.muted[0]", "catalog_id"),
        ({"defaults": {"locale": "fr"}}, "defaults.locale", "locale"),
        (
            {"defaults": {"receive_window": {"start": "09:10", "end": "10:00"}}},
            "defaults.receive_window.start",
            "step",
        ),
        (
            {
                "defaults": {
                    "receive_window": {"start": "09:10", "end": "10:00", "step_minutes": 1441}
                }
            },
            "defaults.receive_window.step_minutes",
            "maximum",
        ),
    ],
)
def test_reader_and_schema_refuse_the_same(raw, path, rule):
    assert not schema_accepts(raw)
    with pytest.raises(InvalidValue) as caught:
        PolicyOptions.from_dict(raw)
    assert [(v.path, v.rule) for v in caught.value.violations] == [(path, rule)]


@pytest.mark.parametrize("day", ["2026-02-30", "tomorrow"])
def test_dates_that_are_none(day):
    with pytest.raises(InvalidValue) as caught:
        PolicyOptions.from_dict({"quiet_days": {"dates": [day]}})
    assert [(v.path, v.rule, v.message) for v in caught.value.violations] == [
        ("quiet_days.dates[0]", "date", "must be a date such as 2026-03-01.")
    ]


def test_a_wrong_weekday_is_told_the_right_ones():
    with pytest.raises(InvalidValue, match="must be one of monday, tuesday, wednesday, thursday"):
        PolicyOptions.from_dict({"quiet_days": {"weekdays": ["sun"]}})


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        ([], "must be an object, not an array."),
        ({"hourly_cap": 0}, "hourly_cap: must be at least 1."),
        (
            {"digest_length_minutes": 10**9},
            "digest_length_minutes: must be at most 527040 (366 days).",
        ),
        ({"critical": ["nothing"]}, "critical[0]: 'nothing' is not a catalog id."),
    ],
)
def test_what_is_said_of_a_document_that_is_refused(raw, told):
    with pytest.raises(InvalidValue) as caught:
        PolicyOptions.from_dict(raw)
    assert str(caught.value) == f"The policy options are not usable: {told}"


def test_the_least_that_is_accepted():
    options = PolicyOptions.from_dict({"hourly_cap": 1, "digest_length_minutes": 1})
    assert (options.hourly_cap, options.digest_length) == (1, timedelta(minutes=1))


@pytest.mark.parametrize(
    "name", ["duplicate_window", "collapse_window", "max_age", "digest_length"]
)
def test_the_longest_that_is_accepted(name):
    raw = {f"{name}_minutes": 366 * 24 * 60}
    options = PolicyOptions.from_dict(raw)
    assert schema_accepts(raw)
    assert getattr(options, name) == timedelta(days=366)
    assert options.to_dict() == raw


def test_defaults_keep_the_step_of_their_window():
    window = ReceiveWindow(start="09:07", end="24:00", step_minutes=0)
    written = PolicyOptions(defaults=Preferences(receive_window=window)).to_dict()
    assert schema_accepts(written)
    (read,) = (PolicyOptions.from_json(json.dumps(written)).defaults.receive_window,)
    assert (read, read.step_minutes) == (window, 0)


def test_everything_wrong_is_told_at_once():
    with pytest.raises(InvalidValue) as caught:
        PolicyOptions.from_dict({"a": 1, "hourly_cap": 0, "critical": ["b"], "quiet_days": 7})
    assert {v.path for v in caught.value.violations} == {
        "a",
        "hourly_cap",
        "critical[0]",
        "quiet_days",
    }


@pytest.mark.parametrize(
    ("read", "text", "form"),
    [(PolicyOptions.from_toml, "a = =", "TOML"), (PolicyOptions.from_json, "{", "JSON")],
)
def test_a_text_that_is_no_document(read, text, form):
    with pytest.raises(InvalidValue) as caught:
        read(text)
    assert [(v.path, v.rule) for v in caught.value.violations] == [("", "syntax")]
    assert f"is not {form}: " in str(caught.value)


@pytest.mark.parametrize(
    ("read", "text"),
    [(PolicyOptions.from_json, "[" * 100_000), (PolicyOptions.from_toml, "a=" + "[" * 5000)],
)
def test_a_text_that_is_nested_too_deep(read, text):
    with pytest.raises(InvalidValue) as caught:
        read(text)
    assert [(v.path, v.rule) for v in caught.value.violations] == [("", "syntax")]


@pytest.mark.parametrize("read", [PolicyOptions.from_json, PolicyOptions.from_toml])
@pytest.mark.parametrize("text", [None, 5, b"", {}])
def test_what_is_no_text_at_all(read, text):
    with pytest.raises(InvalidValue) as caught:
        read(text)
    assert [(v.path, v.rule, v.message) for v in caught.value.violations] == [
        ("", "type", "must be a text.")
    ]


@pytest.mark.parametrize(
    ("arguments", "rule", "message"),
    [
        ({"duplicate_window": timedelta.max}, "maximum", "must be at most 366 days."),
        ({"collapse_window": timedelta.max}, "maximum", "must be at most 366 days."),
        ({"digest_length": timedelta(days=366, seconds=1)}, "maximum", "must be at most 366 days."),
        ({"duplicate_window": timedelta(0)}, "minimum", "must be longer than nothing."),
        ({"collapse_window": timedelta(0)}, "minimum", "must be longer than nothing."),
        ({"digest_length": -timedelta(1)}, "minimum", "must be longer than nothing."),
        ({"digest_length": None}, "type", "must be a timedelta, not null."),
        ({"duplicate_window": 60}, "type", "must be a timedelta, not an integer."),
        ({"hourly_cap": 0}, "minimum", "must be at least 1."),
        ({"hourly_cap": True}, "type", "must be an integer, not true or false."),
        ({"hourly_cap": 1.5}, "type", "must be an integer, not a number."),
        ({"quiet_days": {6}}, "type", "must be a QuietDays, not set."),
        ({"defaults": {}}, "type", "must be a Preferences, not an object."),
        ({"exclude_actor": 1}, "type", "must be true or false, not an integer."),
        ({"extra_ids": 5}, "type", "must be a set, not an integer."),
        ({"critical": {"nothing"}}, "catalog_id", "'nothing' is not a catalog id."),
        ({"mandatory": {"nothing"}}, "catalog_id", "'nothing' is not a catalog id."),
    ],
)
def test_options_are_checked_when_built(arguments, rule, message):
    with pytest.raises(InvalidValue) as caught:
        PolicyOptions(**arguments)
    (path,) = arguments
    assert [(v.path, v.rule, v.message) for v in caught.value.violations] == [(path, rule, message)]


def test_ids_of_own_alert_types():
    raw = {"critical": ["manager.offer.signed"], "defaults": {"muted": ["manager.offer.signed"]}}
    with pytest.raises(InvalidValue):
        PolicyOptions.from_dict(raw)
    options = PolicyOptions.from_dict(raw, extra_ids={"manager.offer.signed"})
    assert options.critical == options.defaults.muted == {"manager.offer.signed"}
    assert options.to_dict() == raw
    extra = {"extra_ids": {"manager.offer.signed"}}
    assert PolicyOptions.from_json(json.dumps(raw), **extra) == options
    assert PolicyOptions.from_toml('critical = ["manager.offer.signed"]', **extra).critical


def test_whose_window_and_zone_count():
    own = Person(
        id="u",
        name="n",
        preferences=Preferences(
            receive_window=ReceiveWindow(start="09:00", end="10:00", tz="Europe/London")
        ),
    )
    none = Person(id="v", name="n")
    assert PolicyOptions().window_of(none) is None
    assert PolicyOptions().zone_of(none).key == "Asia/Seoul"
    assert WHOLE.window_of(own) == own.preferences.receive_window
    assert WHOLE.zone_of(own).key == "Europe/London"
    assert WHOLE.window_of(none) == WHOLE.defaults.receive_window
    assert WHOLE.zone_of(none).key == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("options", "rules"),
    [
        ({"exclude_actor": "yes"}, {("exclude_actor", "type")}),
        ({"digest_aligned": 1}, {("digest_aligned", "type")}),
        ({"interviewer_first": None}, {("interviewer_first", "type")}),
        ({"duplicate_window": 60}, {("duplicate_window", "type")}),
        ({"duplicate_window": timedelta()}, {("duplicate_window", "minimum")}),
        ({"collapse_window": "10"}, {("collapse_window", "type")}),
        ({"digest_length": 5}, {("digest_length", "type")}),
        ({"digest_length": None}, {("digest_length", "type")}),
        ({"digest_length": timedelta(-1)}, {("digest_length", "minimum")}),
        ({"hourly_cap": "x"}, {("hourly_cap", "type")}),
        ({"hourly_cap": True}, {("hourly_cap", "type")}),
        ({"hourly_cap": 0}, {("hourly_cap", "minimum")}),
        ({"quiet_days": 5}, {("quiet_days", "type")}),
        ({"quiet_days": {}}, {("quiet_days", "type")}),
        ({"defaults": {}}, {("defaults", "type")}),
        ({"critical": 5}, {("critical", "type")}),
        ({"critical": "interviewer.interview.confirmed"}, {("critical", "type")}),
        ({"critical": [5]}, {("critical", "type")}),
        ({"mandatory": {"nothing"}}, {("mandatory", "catalog_id")}),
        (
            {"extra_ids": 5, "critical": {"mine"}},
            {("extra_ids", "type"), ("critical", "catalog_id")},
        ),
        (
            {"exclude_actor": 0, "hourly_cap": 1.5},
            {("exclude_actor", "type"), ("hourly_cap", "type")},
        ),
    ],
)
def test_the_constructor_names_every_option_that_is_wrong(options, rules):
    with pytest.raises(InvalidValue) as caught:
        PolicyOptions(**options)
    assert {(violation.path, violation.rule) for violation in caught.value.violations} == rules


def test_every_flag_and_only_a_flag_is_checked_as_one():
    flags = [one.name for one in fields(PolicyOptions) if isinstance(one.default, bool)]
    for name in flags:
        with pytest.raises(InvalidValue, match=f"{name}: must be true or false"):
            PolicyOptions(**{name: "yes"})


@pytest.mark.parametrize(
    ("days", "path", "rule"),
    [
        ({"weekdays": 5}, "weekdays", "type"),
        ({"weekdays": "56"}, "weekdays", "type"),
        ({"weekdays": {"sunday"}}, "weekdays", "enum"),
        ({"weekdays": {7}}, "weekdays", "enum"),
        ({"weekdays": {0.0}}, "weekdays", "enum"),
        ({"weekdays": [[]]}, "weekdays[0]", "enum"),
        ({"dates": [[]]}, "dates[0]", "type"),
        ({"weekdays": range(7)}, "weekdays", "max_items"),
        ({"dates": 5}, "dates", "type"),
        ({"dates": {"2026-03-01"}}, "dates", "type"),
        ({"dates": {datetime(2026, 3, 1, tzinfo=UTC)}}, "dates", "type"),
        ({"calendar": {date(2026, 3, 1)}}, "calendar", "type"),
    ],
)
def test_quiet_days_of_a_wrong_kind_are_told(days, path, rule):
    with pytest.raises(InvalidValue) as caught:
        QuietDays(**days)
    assert [(one.path, one.rule) for one in caught.value.violations] == [(path, rule)]


@pytest.mark.parametrize("options", [5, None, {"exclude_actor": True}, "yes"])
def test_a_policy_of_something_else_than_options_is_refused(options):
    with pytest.raises(InvalidValue, match="options: must be PolicyOptions"):
        RecruitingPolicy(options)


def test_quiet_days_say_in_words_what_is_wrong():
    with pytest.raises(InvalidValue) as caught:
        QuietDays(weekdays=5, dates=5, calendar=5)
    assert [violation.message for violation in caught.value.violations] == [
        "must be a set, not an integer.",
        "must be a set, not an integer.",
        "must be a function, not an integer.",
    ]


def test_repeats_within_the_hour_could_not_be_counted():
    short, hour = timedelta(minutes=59, seconds=59), timedelta(hours=1)
    with pytest.raises(InvalidValue) as told:
        PolicyOptions(hourly_cap=2, duplicate_window=short)
    (told_of,) = told.value.violations
    assert (told_of.path, told_of.rule) == ("duplicate_window", "minimum")
    assert told_of.message == "must be at least an hour beside an hourly_cap."
    with pytest.raises(InvalidValue) as told:
        PolicyOptions(hourly_cap=2, duplicate_window=timedelta())
    assert [one.message for one in told.value.violations] == ["must be longer than nothing."]
    assert PolicyOptions(duplicate_window=short).duplicate_window == short
    assert PolicyOptions(hourly_cap=2, duplicate_window=hour).duplicate_window == hour
    assert PolicyOptions.from_dict({"hourly_cap": 2, "duplicate_window_minutes": 60}) is not None
