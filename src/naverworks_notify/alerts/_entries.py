"""What is documented of one alert for one audience: a row of the product's own list."""

from __future__ import annotations

from attrs import field, frozen

from naverworks_notify.alerts._choices import Audience, Relation, Timing

__all__ = ["EntryInfo"]


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
    audience: Audience = field(converter=Audience)
    event_type: str = ""
    relation: Relation = field(converter=Relation)
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
