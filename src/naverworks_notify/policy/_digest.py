"""Document evaluations, collected by the hour: pure, the caller says what time it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from attrs import frozen

from naverworks_notify.alerts import (
    DocumentEvaluationCompleted,
    DocumentEvaluationCompletedDigest,
    EvaluationItem,
    Slot,
)

__all__ = ["DigestItem", "DigestWindow", "close_digests"]

_HOUR = timedelta(hours=1)


@frozen
class DigestItem:
    """One completed document evaluation, waiting in one person's digest.

    Attributes:
        person_id: Whose digest.
        alert: What was completed.
    """

    person_id: str
    alert: DocumentEvaluationCompleted


@frozen
class DigestWindow:
    """A digest that is ready: what one person is told about one posting.

    Attributes:
        person_id: Whom it is for; decide on `alert` for this person only.
        alert: The digest as an alert of its own.
    """

    person_id: str
    alert: DocumentEvaluationCompletedDigest


def close_digests(
    items: Iterable[DigestItem],
    *,
    length: timedelta = _HOUR,
    until: datetime | None = None,
    aligned: bool = False,
) -> tuple[tuple[DigestWindow, ...], tuple[DigestItem, ...]]:
    """Return the windows that are over, and the items whose window is still open.

    Windows are counted by `completed_at`, per person and posting. The first item opens one; items
    less than `length` later belong to it. An event that was collected twice for a person is told
    once.

    Args:
        items: What was collected, in any order. Those of one moment keep the order given, and the
            first names the digest: hand them in as they arrived, each time the same.
        length: How long a window stays open.
        until: Close what is over at this moment; None closes everything.
        aligned: Count windows on the clock (UTC) instead: with an hour, from full hour to full
            hour.

    Source: «서류 평가 알림 (1시간 기준)» in
    https://guide.roundhr.com/setting/integrations/notifications/naver_works. What the hour is
    counted from is not documented; chosen so that a single evaluation never waits longer than it.
    """
    groups: dict[tuple[str, str], dict[str, DigestItem]] = {}
    for item in items:
        group = groups.setdefault((item.person_id, item.alert.posting.id), {})
        group.setdefault(item.alert.event_id, item)
    closed: list[DigestWindow] = []
    still_open: list[DigestItem] = []
    for group in groups.values():
        for start, members in _windows(group.values(), length=length, aligned=aligned):
            if until is None or until - start >= length:
                closed.append(_digest(start, members, length=length))
            else:
                still_open += members
    return tuple(closed), tuple(still_open)


def _windows(
    group: Iterable[DigestItem], *, length: timedelta, aligned: bool
) -> list[tuple[datetime, list[DigestItem]]]:
    windows: list[tuple[datetime, list[DigestItem]]] = []
    for item in sorted(group, key=lambda one: one.alert.completed_at):
        at = item.alert.completed_at
        if windows and at - windows[-1][0] < length:
            windows[-1][1].append(item)
        else:
            windows.append((_floor(at, length) if aligned else at, [item]))
    return windows


def _floor(at: datetime, length: timedelta) -> datetime:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return at - (at - epoch) % length


def _end_of(start: datetime, length: timedelta) -> datetime:
    try:
        return start + length
    except OverflowError:
        # A window that opens in the last hour of year 9999.
        return datetime.max.replace(tzinfo=start.tzinfo)


def _digest(start: datetime, members: list[DigestItem], *, length: timedelta) -> DigestWindow:
    first, end = members[0], _end_of(start, length)
    return DigestWindow(
        first.person_id,
        DocumentEvaluationCompletedDigest(
            event_id=f"digest:{first.person_id}:{first.alert.posting.id}:{first.alert.event_id}",
            occurred_at=end,
            locale=first.alert.locale,
            posting=first.alert.posting,
            window=Slot(start, end),
            items=tuple(
                EvaluationItem(
                    candidate=item.alert.candidate,
                    completed_at=item.alert.completed_at,
                    stage=item.alert.stage,
                    submitted_count=item.alert.submitted_count,
                    total_count=item.alert.total_count,
                    result=item.alert.result,
                )
                for item in members
            ),
        ),
    )
