"""Where buttons lead: the payload's own links first, then the caller's link builder.

No public pattern of deep links exists, so every address is the caller's.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Protocol

from naverworks_notify.alerts import Alert, Candidate
from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.schema import names_this_machine

__all__ = ["LinkBuilder", "Target", "link_to"]


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
