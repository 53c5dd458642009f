"""Values with a wire form: frozen, comparable, and never half-built."""

from __future__ import annotations

import subprocess
import sys
from typing import Any, ClassVar

import attrs
import pytest
from attrs import field, frozen

from naverworks_notify import InvalidMessage, messages
from naverworks_notify.schema import Many, Nested, Text, Whole, WireValue, as_tuple, wire


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class Base(WireValue):
    first_name: str = field(metadata=wire(Text(5), required=True))


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class Person(Base):
    type: ClassVar[str] = "person"
    age: int | None = field(default=None, metadata=wire(Whole(0, 150)))
    note: str | None = field(default=None, repr=False, metadata=wire(Text(), key="remark"))
    own_id: int | None = field(default=None, metadata=wire(Whole(), read_only=True))
    friends: tuple[Base, ...] | None = field(
        default=None, converter=as_tuple, metadata=wire(Many(Nested(Base), low=0))
    )


def test_keys_are_camel_case_unless_stated() -> None:
    person = Person(first_name="민아", age=3, note="x", own_id=5)
    assert person.to_dict() == {"type": "person", "firstName": "민아", "age": 3, "remark": "x"}
    assert Person.from_dict(person.to_dict()) == Person(first_name="민아", age=3, note="x")


def test_the_subclass_has_its_own_table() -> None:
    assert Base(first_name="a").to_dict() == {"firstName": "a"}
    assert Person(first_name="a").to_dict() == {"type": "person", "firstName": "a"}
    assert Base(first_name="a") != Person(first_name="a")


def test_equality_hash_and_repr() -> None:
    person = Person(first_name="a", note="secret")
    assert person == Person(first_name="a", note="secret")
    assert person != Person(first_name="a", note="other")
    assert len({person, Person(first_name="a", note="secret")}) == 1
    assert repr(person) == "Person(first_name=<1 characters>)"
    assert person != {"type": "person"}


def test_frozen_and_evolving_checks_again() -> None:
    person = Person(first_name="a")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        person.age = 5  # type: ignore[misc]
    assert attrs.evolve(person, age=5).age == 5
    with pytest.raises(InvalidMessage, match="age: must be at most 150"):
        attrs.evolve(person, age=151)


def test_all_faults_with_their_paths() -> None:
    raw = {"type": "robot", "age": -1, "friends": [{"firstName": ""}, {"x": 1}], "ownId": 1}
    with pytest.raises(InvalidMessage) as caught:
        Person.from_dict(raw)
    assert {(found.path, found.rule) for found in caught.value.violations} == {
        ("type", "enum"),
        ("age", "minimum"),
        ("friends[0].firstName", "empty"),
        ("friends[1].x", "unknown_key"),
        ("friends[1].firstName", "required"),
        ("ownId", "read_only"),
        ("firstName", "required"),
    }


def test_answers_are_read_leniently() -> None:
    raw: dict[str, Any] = {"firstName": "a much longer name", "age": None, "x": 1, "ownId": 7}
    person = Person.from_response(raw)
    assert (person.first_name, person.age, person.own_id) == ("a much longer name", None, 7)
    with pytest.raises(InvalidMessage):
        Person.from_response({"firstName": 5})


def test_a_base_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="is a base"):
        WireValue()


def test_importing_messages_loads_nothing_heavy() -> None:
    code = (
        "import sys, naverworks_notify.messages, naverworks_notify.bots;"
        "print([m for m in ('httpx','jwt','cryptography','babel','regex','jinja2') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_repr_never_holds_the_words_of_a_message():
    text = messages.Text(
        '지원자 김하늘 <m userId="a@example.com">',
        i18n_texts={"en_US": 'Applicant Kim <m userId="a@example.com">'},
    )
    card = messages.Card(title="지원자 김하늘").button("열기", "https://ats.example.com/x").flex()
    for value in (
        text,
        card,
        messages.Link(content_text="김하늘", link_text="a", link="https://a.kr"),
    ):
        assert "김하늘" not in repr(value)
        assert "Kim" not in repr(value)
        assert "example.com" not in repr(value)
