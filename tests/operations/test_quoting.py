"""What the service quotes of a request stays out of errors; what it says of itself stays in."""

from __future__ import annotations

import json

import pytest

from naverworks_notify.operations import without_quotes
from naverworks_notify.wire import Request


def sent(content, **headers):
    return Request(
        method="POST",
        url="https://www.worksapis.com/v1.0/bots/1/users/u/messages",
        headers={"authorization": "Bearer t0ken", **headers},
        content=content if content is None else json.dumps(content).encode(),
    )


@pytest.mark.parametrize(
    ("told", "left"),
    [
        ("content.text is too long: '면접 합격'", "content.text is too long: '…'"),
        ("text Pass is wrong, see Passport", "text … is wrong, see Passport"),
        ("no such type: button_template", "no such type: button_template"),
        ("token t0ken of a%40example.com", "token … of …"),
        ("write to dohyun@example.com, please", "write to …, please"),
        ("two\n lines", "two lines"),
    ],
)
def test_only_what_was_quoted_is_left_out(told, left):
    content = {"content": {"type": "button_template", "text": "면접 합격", "label": ["Pass", "x"]}}
    assert without_quotes(told, sent(content)) == left


def test_what_follows_the_boundary_of_a_file_is_left_out():
    request = sent(None, **{"content-type": "multipart/form-data; boundary=abc"})
    assert without_quotes("bad body: abc\r\n신체검사", request) == "bad body:"


def test_a_long_text_is_cut_before_it_is_looked_through():
    assert without_quotes("x" * 5_000_000) == "x" * 2000
    assert without_quotes("a " * 999 + "dohyun@example.com") == ("a " * 999).strip()
