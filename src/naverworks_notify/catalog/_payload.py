"""Texts and links that come from people, made safe to show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from typing import Protocol

from naverworks_notify.alerts import Alert, Candidate
from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.messages import escape_mentions, shorten
from naverworks_notify.schema import names_this_machine

__all__ = ["LinkBuilder", "Target", "link_to", "one_line", "prose"]

# Controls, bidirectional controls and invisible fillers. Kept: ZWJ, ZWNJ, variation selectors and
# tags, which emoji and some scripts are made with.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_SPACES = re.compile(r"\s+")
_LINE_ENDS = re.compile("\r\n?|[\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SPACES_IN_LINE = re.compile(r"[^\S\n]+")
_MOST_LINES = 8

# A messenger makes a link of whatever looks like one. A word joiner stops that and is not seen.
_SCHEME = re.compile(r"(?<=[A-Za-z0-9+.\-]):(?=\s*//)|(?<=[wW]{3})\.")


@cache
def _plain() -> re.Pattern[str]:
    """Match most names and titles: words with single separators, where nothing is to be cleaned."""
    # Compiling classes as wide as these takes longer than importing ten modules does; so it waits
    # for the first text.
    word = r"[A-Za-z0-9\uac00-\ud7a3\u3041-\u30fe\u4e00-\u9fff()]+"
    # No character is both a separator and part of a word: telling them apart in every possible way
    # would take exponential time.
    return re.compile(rf"{word}(?:[ ,\-·]{word})*")


def one_line(text: str, limit: int) -> str:
    """Return a name or a title for use in a line: cleaned, without live links, cut."""
    if len(text) <= limit and _plain().fullmatch(text):
        return text
    # A long text is cut roughly first, so that a hostile one costs no more than another.
    text = _UNSEEN.sub("", text[: limit * 8])
    text = shorten(_SPACES.sub(" ", text).strip(), limit)
    return escape_mentions(_without_links(text))


def _without_links(text: str) -> str:
    if "//" not in text and "www." not in text.lower():
        return text
    return _SCHEME.sub(lambda found: f"\u2060{found[0]}", text)


def prose(text: str, limit: int, *, links: bool = False) -> str:
    """Return what someone wrote, its first lines kept: cleaned and cut.

    Args:
        text: The words.
        limit: Most code points.
        links: True to leave the links in it live.
    """
    text = _LINE_ENDS.sub("\n", text[: limit * 8])
    text = _SPACES_IN_LINE.sub(" ", _UNSEEN.sub("", text))
    lines = [line for line in map(str.strip, text.split("\n")) if line]
    text = "\n".join(lines[:_MOST_LINES])
    if len(lines) > _MOST_LINES:
        text = f"{text}\n…"
    text = shorten(text, limit)
    return escape_mentions(text if links else _without_links(text))


class Target(StrEnum):
    """The screens that buttons lead to."""

    REVIEW = "review"
    TIME_PICKER = "time_picker"
    INTERVIEW = "interview"
    MEETING = "meeting"
    APPLICANT = "applicant"
    EVALUATION = "evaluation"
    CHAT = "chat"
    APPROVAL = "approval"
    SCHEDULING = "scheduling"
    CONVERSATION = "conversation"
    RESULT = "result"
    REVIEW_LIST = "review_list"
    TASK = "task"


class LinkBuilder(Protocol):
    """Builds addresses for screens whose link no payload carries."""

    def __call__(self, target: Target, alert: Alert) -> str | None:
        """Return the http(s) address of a screen, or None to fall back to a related one."""


def link_to(
    target: Target, alert: Alert, build: LinkBuilder | None, *, allow_local: bool = False
) -> str | None:
    """Return where a button leads, or None when nothing is known: then there is no button.

    The link the payload carries for exactly this screen wins, then the caller's builder, then the
    nearest related link of the payload: the applicant's, the interview's, the posting's.

    Raises:
        InvalidValue: It leads to this machine, where nobody else can follow.
    """
    links = _links(target, alert, build)
    path, url = next(links, ("", None))
    if url is not None and not allow_local and names_this_machine(url):
        message = (
            "leads to the machine that opens it, where people find nothing;"
            " Catalog(allow_local_links=True) renders such links."
        )
        raise InvalidValue(violations=(Violation(path, "local_link", message),))
    return url


def _links(target: Target, alert: Alert, build: LinkBuilder | None) -> Iterator[tuple[str, str]]:
    """Yield the links there are, the best first, each with where it stands."""
    known = _known(alert)
    exact = _EXACT.get(target, "")
    if exact in known:
        yield exact, known[exact]
    built = build(target, alert) if build is not None else None
    if built is not None:
        yield "links", built
    if target is not Target.MEETING:  # a button that says "join" must join
        for path in _RELATED:
            if path in known:
                yield path, known[path]


_EXACT = {
    Target.MEETING: "interview.meeting_url",
    Target.INTERVIEW: "interview.url",
    Target.APPLICANT: "candidate.url",
}
_RELATED = ("candidate.url", "candidates[0].url", "interview.url", "posting.url")


def _known(alert: Alert) -> dict[str, str]:
    links: dict[str, str | None] = {}
    if alert.candidate is not None:
        links["candidate.url"] = alert.candidate.url
    # Of several applicants none is the one to show.
    candidates: tuple[Candidate, ...] = getattr(alert, "candidates", ())
    if len(candidates) == 1 and alert.candidate is None:
        links["candidates[0].url"] = candidates[0].url
    if alert.interview is not None:
        links["interview.url"] = alert.interview.url
        links["interview.meeting_url"] = alert.interview.meeting_url
    if alert.posting is not None:
        links["posting.url"] = alert.posting.url
    return {path: url for path, url in links.items() if url is not None}
