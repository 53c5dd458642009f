"""Whatever people type, a message is valid, mentions nobody and links only where we say."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from naverworks_notify import InvalidAlert, InvalidMessage, InvalidValue, messages
from naverworks_notify.alerts import EVENTS, Candidate, entries_of
from naverworks_notify.catalog import CATALOG, Catalog, Detail, Style
from naverworks_notify.catalog.samples import sample
from naverworks_notify.testing import strategies

# A mention tag, read as leniently as a service might: "<M0" and "<mina>" are none.
A_TAG = re.compile(r"<[^\w<＜]*(m(?![^\W_])|\Z)", re.IGNORECASE)
TALKATIVE = CATALOG.with_style(Style(details=set(Detail), bot_name="라운드HR 알림"))


def strings(raw: Any) -> Iterator[str]:
    if isinstance(raw, str):
        yield raw
    elif isinstance(raw, dict):
        for value in raw.values():
            yield from strings(value)
    elif isinstance(raw, list):
        for value in raw:
            yield from strings(value)


def links(raw: Any) -> Iterator[str]:
    if isinstance(raw, dict):
        for key, value in raw.items():
            if key in {"uri", "url", "link"}:
                yield value
            else:
                yield from links(value)
    elif isinstance(raw, list):
        for value in raw:
            yield from links(value)


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_any_alert_gives_a_valid_and_harmless_message(event) -> None:
    @given(
        strategies.alerts(event),
        st.sampled_from(("ko", "en", "ja", "device")),
        st.sampled_from(("rich", "plain")),
        st.booleans(),
    )
    @settings(max_examples=12, deadline=None, database=None)
    def check(alert, locale, form, talkative) -> None:
        catalog = TALKATIVE if talkative else CATALOG
        given_links = {text for text in strings(alert.to_dict()) if text.startswith("https://")}
        for entry in entries_of(event.type):
            content = catalog.render(alert, audience=entry.audience, locale=locale, form=form)
            raw = content.to_dict()
            assert messages.parse(raw) == content
            assert content.mentions == ()
            assert set(links(raw)) <= given_links
            if isinstance(content, messages.Flex):
                assert content.size <= 15_000
            for text in strings(raw):
                assert not A_TAG.search(text)
                if text not in given_links and not talkative:
                    assert "://" not in text.replace("\u2060://", "")
                assert not any(
                    (character != "\n" and unicodedata.category(character) == "Cc")
                    or character in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
                    for character in text
                )  # fmt: skip

    check()


@pytest.mark.parametrize("text", ["👩‍👩‍👧‍👦" * 1500, '"\\' * 5000, "가" * 10_000, "\n가" * 5000])
@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_the_largest_alert_fits(event, text, largest) -> None:
    alert = largest(event, text)
    for entry in entries_of(event.type):
        for locale in ("ko", "en", "ja", "device"):
            card = TALKATIVE.render(alert, audience=entry.audience, locale=locale)
            assert card.size <= 15_000
            assert len(card.alt_text) <= 400
            plain = TALKATIVE.render(alert, audience=entry.audience, locale=locale, form="plain")
            assert messages.parse(plain.to_dict()) == plain


def test_a_link_too_long_for_a_button_is_told(largest) -> None:
    with pytest.raises(InvalidAlert) as caught:
        largest(EVENTS["task.reminder"], "x", url="https://ats.example.com/" + "x" * 1000)
    assert [(one.path, one.rule) for one in caught.value.violations] == [("url", "max_length")]


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:3000/c/c-1",
        "https://localhost/c/c-1",
        "http://127.0.0.1:8000/c/c-1",
        "http://[::1]/c/c-1",
        "http://ats.localhost/c/c-1",
        "http://0.0.0.0:80/",
    ],
)
def test_a_link_to_this_machine_is_rendered_where_that_is_wanted(url) -> None:
    alert = evolve(sample("manager.task.reminder"), candidate=Candidate("c-1", "김하늘", url))
    with pytest.raises(InvalidValue) as caught:
        CATALOG.render(alert, audience="manager")
    assert [(one.path, one.rule) for one in caught.value.violations] == [
        ("candidate.url", "local_link")
    ]
    brief = evolve(CATALOG, allow_local_links=True).describe(alert, audience="manager")
    assert [button.url for button in brief.buttons] == [url]
    development = Catalog(allow_local_links=True)
    assert url in str(development.render(alert, audience="manager", form="plain").to_dict())


def test_a_builder_that_leads_to_this_machine_or_elsewhere_is_told() -> None:
    alert = sample("manager.task.reminder", minimal=True)
    catalog = CATALOG.with_links(lambda target, alert: "http://localhost:3000/")
    with pytest.raises(InvalidValue, match="links: leads to the machine"):
        catalog.render(alert, audience="manager")
    for url in ("https://bank.example@evil.example/", "https://a:b@evil.example/"):
        catalog = CATALOG.with_links(lambda target, alert, url=url: url)
        for form in ("plain", "rich"):
            with pytest.raises(InvalidMessage, match="user name"):
                catalog.render(alert, audience="manager", form=form)
