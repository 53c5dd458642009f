"""What is documented of one alert for one audience: a row of the product's own list."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from attrs import field, frozen

from naverworks_notify.alerts._choices import Audience, Relation, Timing
from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.schema import to_member

__all__ = ["EntryInfo"]

E = TypeVar("E", bound=StrEnum)


def _to_audience(value: Audience | str) -> Audience:
    return _member("audience", Audience, value)


def _to_relation(value: Relation | str) -> Relation:
    return _member("relation", Relation, value)


def _member(path: str, kind: type[E], value: object) -> E:
    member = to_member(kind, value)
    if isinstance(member, kind):
        return member
    message = f"must be one of {', '.join(one.value for one in kind)}."
    raise InvalidValue(violations=(Violation(path, "enum", message),))


@frozen(kw_only=True)
class EntryInfo:
    """One alert for one audience: a documented one, or one of the caller's own.

    It stands in the class variable `entries` of the alert's class, which fills in `id`,
    `event_type` and `fields`. Policy reads who is concerned, the catalog reads labels.

    Attributes:
        id: `<audience>.<event type>`.
        audience: Whom it is written for.
        event_type: Identifier of the event that feeds it.
        relation: What makes a person one of its recipients.
        korean_label: Its name in the product's list.
        english_label: The same in English.
        trigger: What sets it off.
        timing: When it goes out.
        fields: Payload fields; `!` required, `?` optional.
        number: Its place in the product's list, from 1; 0 for what is not in it.

    Source: <https://guide.roundhr.com/setting/integrations/notifications/naver_works>, seen 2026-11.
    Labels are the list's; row 22 stands for its parent item «평가 완료 알림».
    """

    id: str = ""
    audience: Audience = field(converter=_to_audience)
    event_type: str = ""
    relation: Relation = field(converter=_to_relation)
    korean_label: str
    english_label: str = ""
    trigger: str = ""
    timing: Timing = Timing.IMMEDIATE
    fields: tuple[str, ...] = ()
    number: int = 0

    @property
    def posting_related(self) -> bool:
        """True for what a 공고 멤버 does not get."""
        return self.relation is Relation.POSTING
