"""One reader of objects: what an annotation means, and one answer to each mistake."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

import pytest
from attrs import Factory, field, frozen

from naverworks_notify import InvalidAlert, InvalidValue, alerts, messages
from naverworks_notify.alerts import Alert, Count, Flag, Moment, Name, Prose, Url
from naverworks_notify.errors import Violation
from naverworks_notify.schema import Findings, Value, names_this_machine
from naverworks_notify.schema import Url as UrlKind

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


class Level(StrEnum):
    LOW = "low"
    HIGH = "high"


@frozen(kw_only=True)
class Part(Value):
    name: str


@frozen(kw_only=True)
class Whole(Value):
    """Every annotation there is."""

    title: str
    count: int
    loud: bool
    at: datetime
    day: date
    ratio: float = 0.5
    level: Level = Level.LOW
    side: Literal["left", "right"] = "left"
    part: Part | None = None
    parts: tuple[Part, ...] = ()
    names: frozenset[str] = frozenset()
    roles: Mapping[str, Level] = field(factory=dict, hash=False)
    tagged: Annotated[str, "no kind of ours"] = ""


WHOLE = {
    "title": "t",
    "count": 3,
    "loud": True,
    "at": "2026-03-02T10:00:00+09:00",
    "day": "2026-03-02",
    "ratio": 2,
    "level": "high",
    "side": "right",
    "part": {"name": "a"},
    "parts": [{"name": "b"}],
    "names": ["x", "y"],
    "roles": {"p": "high"},
    "tagged": "z",
}


def read(cls, raw):
    out = Findings()
    value = cls.read(raw, "", out)
    return value, [(one.path, one.rule) for one in out.found]


def refused(call, error=InvalidValue):
    with pytest.raises(error) as caught:
        call()
    return [(one.path, one.rule) for one in caught.value.violations]


def test_every_annotation_is_read_and_written():
    value, wrong = read(Whole, WHOLE)
    assert not wrong
    assert value.to_dict() == WHOLE
    assert read(Whole, json.loads(json.dumps(value.to_dict())))[0] == value
    assert value.level is Level.HIGH
    assert value.names == {"x", "y"}
    assert hash(value.part) == hash(Part(name="a"))


def test_what_holds_its_default_is_left_out():
    least = {name: WHOLE[name] for name in ("title", "count", "loud", "at", "day")}
    value, _ = read(Whole, least)
    assert value.to_dict() == least
    assert (value.ratio, value.parts, dict(value.roles)) == (0.5, (), {})


@pytest.mark.parametrize(
    ("name", "wrong", "path", "rule"),
    [
        ("title", 1, "title", "type"),
        ("title", "\ud800", "title", "encoding"),
        ("count", True, "count", "type"),
        ("count", None, "count", "required"),
        ("loud", 1, "loud", "type"),
        ("at", "2026-03-02T10:00:00", "at", "aware_datetime"),
        ("at", "soon", "at", "datetime"),
        ("at", 5, "at", "type"),
        ("day", "2026-02-30", "day", "date"),
        ("day", 5, "day", "type"),
        ("ratio", "2", "ratio", "type"),
        ("ratio", float("inf"), "ratio", "finite"),
        ("level", "hihg", "level", "enum"),
        ("level", 7, "level", "type"),
        ("side", "top", "side", "enum"),
        ("part", [], "part", "type"),
        ("part", {"nam": "a"}, "part.nam", "unknown_key"),
        ("parts", {}, "parts", "type"),
        ("parts", [{"name": "a"}, {"name": 1}], "parts[1].name", "type"),
        ("parts", [None], "parts[0]", "type"),
        ("names", "x", "names", "type"),
        ("names", ["x", 1], "names[1]", "type"),
        ("roles", [], "roles", "type"),
        ("roles", {"p": "boss"}, "roles.p", "enum"),
        ("roles", {"": "low"}, "roles", "empty"),
        ("roles", {"\ud800": "low"}, "roles.\\ud800", "encoding"),
        ("roles", {1: "low"}, "roles", "type"),
    ],
)
def test_each_mistake_has_one_code_and_one_path(name, wrong, path, rule):
    found = read(Whole, {**WHOLE, name: wrong})[1]
    assert found[0] == (path, rule)
    # Nothing that is read is right when it is built, and the other way round.
    value, _ = read(Whole, WHOLE)
    if name not in ("at", "day", "part", "parts"):
        given = {one: getattr(value, one) for one in WHOLE} | {name: wrong}
        assert (path, rule) in refused(lambda: Whole(**given))


def test_a_word_that_was_meant_is_named():
    out = Findings()
    Whole.read({**WHOLE, "tilte": "t", "level": "hihg"}, "", out)
    assert out.found == [
        Violation("level", "enum", "must be one of low, high. Did you mean 'high'?"),
        Violation("tilte", "unknown_key", "is not a known key. Did you mean 'title'?"),
    ]
    with pytest.raises(InvalidAlert, match=r"Did you mean 'interview\.confirmed'\?"):
        alerts.from_dict({"type": "interviewer.interview.confirmed"})
    out = Findings()
    Whole.read({"t" * 10_000: 1}, "", out)
    assert "mean" not in out.found[0].message


def test_what_cannot_be_read_can_be_left_out():
    out = Findings()
    out.drops = True
    value = Whole.read({**WHOLE, "level": "boss", "x": 1, "part": {"name": 1}}, "", out)
    assert (value.level, value.part) == (Level.LOW, None)
    assert [one.path for one in out.dropped] == ["level", "part.name", "x"]
    assert not out.found
    assert Whole.read({**WHOLE, "title": 1}, "", out) is None
    assert [one.path for one in out.found] == ["title"]


def test_an_item_that_cannot_be_read_can_be_left_out():
    out = Findings()
    out.drops = True
    value = Whole.read({**WHOLE, "names": ["x", 1], "roles": {"p": "boss", "q": "low"}}, "", out)
    assert value.names == {"x"}
    assert dict(value.roles) == {"q": "low"}


class NoOffset(tzinfo):
    """A zone that does not know its offset."""

    def utcoffset(self, _when):
        return None

    def dst(self, _when):
        return None

    def tzname(self, _when):
        return "?"


def test_a_zone_that_knows_no_offset_is_none():
    when = datetime(2026, 3, 2, tzinfo=NoOffset())
    value, _ = read(Whole, WHOLE)
    given = {one: getattr(value, one) for one in WHOLE} | {"at": when}
    assert refused(lambda: Whole(**given)) == [("at", "aware_datetime")]
    assert refused(lambda: alerts.TaskReminder(event_id="e", occurred_at=when, title="t")) == [
        ("occurred_at", "aware_datetime")
    ]


# --- links ---

DOUBTFUL = [
    "https://bank.example@evil.example/",
    "https://bank.example:pw@evil.example/",
    "https://@evil.example/",
    "https://bank.example%2F@evil.example/",
    "https://bank.example\\@evil.example/",
    "https://bank.example%2Fevil.example/",
    "https://evil.example／.bank.example/",
    "https://bank.example＠evil.example/",
    "https:///evil.example",
    "https://",
    "https://:80/",
    "https://bank.example:port/",
    "https://bank.example:99999/",
    "https://bank.example/ x",
    "https://bank.example/\u202e",
    'https://bank.example/"x',
    "https://bank.example/<x>",
    "https://[::1/",
]


@pytest.mark.parametrize("url", DOUBTFUL)
def test_a_doubtful_link_is_refused_everywhere(url):
    assert refused(lambda: alerts.Posting("p", "t", url=url)) == [("url", "url")]
    for build in (
        lambda: messages.UriAction(label="x", uri=url),
        lambda: messages.Link(content_text="x", link_text="y", link=url),
        lambda: messages.Card(title="x").button("y", url).flex(),
        lambda: messages.Card(title="x").button("y", url).plain(),
    ):
        assert "url" in {rule for _, rule in refused(build)}


@pytest.mark.parametrize(
    "url",
    [
        "https://ats.example.com",
        "https://ats.example.com:8443/x?a=b&c=%20#d",
        "HTTPS://ats.example.com/",
        "https://한글.example/면접?이름=하늘",
        "https://[2001:db8::1]:8443/x",
        "https://ats.example.com/@someone",
        "https://ats.example.com/?to=a@b.example",
    ],
)
def test_an_honest_link_is_taken(url):
    assert alerts.Posting("p", "t", url=url).url == url
    assert messages.UriAction(label="x", uri=url).uri == url


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://localhost", True),
        ("http://LOCALHOST:3000/x", True),
        ("http://localhost./", True),
        ("http://127.1.2.3/", True),
        ("http://[::1]:80/", True),
        ("http://localhost.example.com/", False),
        ("http://127.0.0.1.example.com/", False),
        ("http://example.com/localhost", False),
        ("http://localhost@evil.example/", False),
    ],
)
def test_which_links_lead_to_this_machine(url, local):
    assert names_this_machine(url) is local
    out = Findings()
    UrlKind(local=True).check(url, "url", out)
    assert bool(out.found) is not local


# --- classes of others ---


def test_plain_annotations_and_markers_make_an_alert():
    @frozen(kw_only=True)
    class Incident(Alert):
        type: ClassVar[str] = "incident"
        title: str
        service: Name
        note: Prose = ""
        count: Count = 0
        loud: Flag = False
        until: Moment | None = None
        link: Url | None = None
        level: Level = Level.LOW
        part: Part | None = None

    alert = Incident(
        event_id="e", occurred_at=NOW, title="t", service="mail", level="high", until=NOW
    )
    assert alert.level is Level.HIGH
    assert alerts.Vocabulary(Incident).from_dict(alert.to_dict()) == alert
    assert refused(lambda: Incident(event_id="e", occurred_at=NOW, title="", service=" ")) == [
        ("service", "empty")
    ]


@pytest.mark.parametrize("annotation", ["dict", "list[str]", "object", "str | int", "complex"])
def test_a_bad_class_fails_when_it_is_made(annotation):
    with pytest.raises(TypeError, match=r"Bad\.title is annotated with .* no field can hold"):
        type("Bad", (Alert,), {"__annotations__": {"title": annotation}, "type": "bad"})


def test_a_name_that_is_nowhere_is_told_on_first_use():
    class Bad(Alert):
        type = "bad"
        title: Nowhere  # noqa: F821 - the mistake

    with pytest.raises(TypeError, match=r"Bad\.title is annotated with 'Nowhere'"):
        Bad(event_id="e", occurred_at=NOW, title="t")


def test_what_a_class_does_with_its_fields_is_done_when_it_is_read():
    @frozen(kw_only=True)
    class Shouted(Value):
        title: str = field(converter=str.upper)
        words: tuple[str, ...] = field(default=Factory(tuple))

    assert read(Shouted, {"title": "a"})[0].title == "A"
