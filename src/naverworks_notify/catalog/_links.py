"""Where buttons lead: the payload's own links first, then the caller's link builder.

No public pattern of deep links exists, so every address is the caller's.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from naverworks_notify.alerts import Alert

__all__ = ["LinkBuilder", "Target", "link_to"]

# Longest address a button takes: https://developers.worksmobile.com/kr/docs/bot-actionobject.
_LONGEST = 1000


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


def link_to(target: Target, alert: Alert, build: LinkBuilder | None) -> str | None:
    """Return where a button leads, or None when nothing is known: then there is no button.

    The link the payload carries for exactly this screen wins, then the caller's builder, then the
    nearest related link of the payload: the applicant's, the interview's, the posting's.
    """
    exact = _exact(target, alert)
    if exact is not None and len(exact) <= _LONGEST:
        return exact
    built = build(target, alert) if build is not None else None
    if built is not None:
        return built
    return next((url for url in _related(target, alert) if len(url) <= _LONGEST), None)


def _exact(target: Target, alert: Alert) -> str | None:
    if target is Target.MEETING:
        return alert.interview.meeting_url if alert.interview is not None else None
    if target is Target.INTERVIEW:
        return alert.interview.url if alert.interview is not None else None
    if target is Target.APPLICANT:
        return alert.candidate.url if alert.candidate is not None else None
    return None


def _related(target: Target, alert: Alert) -> list[str]:
    if target is Target.MEETING:
        return []  # a button that says "join" must join
    candidates = (alert.candidate, *getattr(alert, "candidates", ()))
    named = [candidate for candidate in candidates if candidate is not None]
    things = [*(named if len(named) == 1 else ()), alert.interview, alert.posting]
    return [thing.url for thing in things if thing is not None and thing.url is not None]
