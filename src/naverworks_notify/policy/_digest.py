"""What is told together, collected by the hour: pure, the caller says what time it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from attrs import frozen

from naverworks_notify.alerts import Alert, Digest, Slot

__all__ = ["DigestItem", "DigestWindow", "close_digests"]

_HOUR = timedelta(hours=1)


@frozen
class DigestItem:
    """One alert, such as a completed document evaluation, that waits in one person's digest.

    Attributes:
        person_id: Whose digest.
        alert: What happened; its class names a digest (`Traits.digest`).
    """

    person_id: str
    alert: Alert

    @property
    def at(self) -> datetime:
        """When it counts as having happened."""
        return _digest_of(self.alert).at(self.alert)

    @property
    def group(self) -> str:
        """What it is about; what is about the same is told together. The posting's id, mostly."""
        return _digest_of(self.alert).group(self.alert)


@frozen
class DigestWindow:
    """A digest that is ready: what one person is told about one posting.

    Attributes:
        person_id: Whom it is for; decide on `alert` for this person only.
        alert: The digest as an alert of its own.
        items: What it tells of, in order.
        start: When the window opened.
        end: When it closed.
    """

    person_id: str
    alert: Alert
    items: tuple[DigestItem, ...]
    start: datetime
    end: datetime


def close_digests(
    items: Iterable[DigestItem],
    *,
    length: timedelta = _HOUR,
    until: datetime | None = None,
    aligned: bool = False,
) -> tuple[tuple[DigestWindow, ...], tuple[DigestItem, ...]]:
    """Return the windows that are over, and the items whose window is still open.

    Windows are counted by `completed_at` (or what the class of the alerts says, `Digest.at`), per
    person, type of alert and posting (`Digest.group`). The first item opens one; items less than
    `length` later belong to it. An event that was collected twice for a person is told once.

    Args:
        items: What was collected, in any order. Those of one moment keep the order given, and the
            first names the digest: hand them in as they arrived, each time the same.
        length: How long a window stays open.
        until: Close what is over at this moment; None closes everything.
        aligned: Count windows on the clock (UTC) instead: with an hour, from full hour to full
            hour.

    Raises:
        TypeError: There is no digest for an item; the policy must not collect it.

    Source: «서류 평가 알림 (1시간 기준)» in
    https://guide.roundhr.com/setting/integrations/notifications/naver_works. What the hour is
    counted from is not documented; chosen so that a single evaluation never waits longer than it.
    """
    groups: dict[tuple[str, str, str], dict[str, DigestItem]] = {}
    for item in items:
        group = groups.setdefault((item.person_id, item.alert.type, item.group), {})
        group.setdefault(item.alert.event_id, item)
    closed: list[DigestWindow] = []
    still_open: list[DigestItem] = []
    for group in groups.values():
        for start, members in _windows(group.values(), length=length, aligned=aligned):
            if until is None or until - start >= length:
                closed.append(_close(start, tuple(members), length=length))
            else:
                still_open += members
    return tuple(closed), tuple(still_open)


def _digest_of(alert: Alert) -> Digest:
    digest = alert.traits.digest
    if digest is None:
        raise TypeError(f"There is no digest for {alert.type}; the policy must not collect it.")
    return digest


def _windows(
    group: Iterable[DigestItem], *, length: timedelta, aligned: bool
) -> list[tuple[datetime, list[DigestItem]]]:
    windows: list[tuple[datetime, list[DigestItem]]] = []
    for at, item in sorted([(item.at, item) for item in group], key=lambda pair: pair[0]):
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


def _close(start: datetime, items: tuple[DigestItem, ...], *, length: timedelta) -> DigestWindow:
    first, end = items[0], _end_of(start, length)
    parts = (first.person_id, first.group, first.alert.event_id)
    alert = _digest_of(first.alert).into(
        items=tuple(item.alert for item in items),
        window=Slot(start, end),
        event_id=":".join(["digest", *map(_escape, parts)]),
        occurred_at=end,
        locale=first.alert.locale,
        assignee_ids=(first.person_id,),
    )
    return DigestWindow(first.person_id, alert, items, start, end)


def _escape(part: str) -> str:
    # Ids may hold colons; joined as they are, two digests could get one id.
    return part.replace("%", "%25").replace(":", "%3A")
