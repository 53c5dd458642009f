"""Does this alert reach this person at all?

Where a rule names no other source it obeys the guide of the product's NAVER WORKS alerts,
https://guide.roundhr.com/setting/integrations/notifications/naver_works, seen 2026-11.
"""

from __future__ import annotations

from naverworks_notify.policy._decision import Reason
from naverworks_notify.policy._person import Person
from naverworks_notify.policy._rule import Ruling, collect, gate, suppress
from naverworks_notify.policy._situation import Notice, Situation
from naverworks_notify.policy.rules._waiting import is_of_use

__all__ = [
    "actor_excluded",
    "digest_window",
    "expired",
    "inactive",
    "muted",
]


@gate("inactive")
def inactive(situation: Situation, person: Person, notice: Notice) -> Ruling | None:  # noqa: ARG001
    """Someone who left or is not synchronised gets nothing.

    «구성원 동기화»: only synchronised members of the organisation get alerts
    (https://guide.roundhr.com/setting/integrations/notifications/naver_works).
    """
    return None if person.active else suppress(Reason.INACTIVE)


@gate("actor_excluded", when=lambda s: s.alert.actor_id is not None)
def actor_excluded(situation: Situation, person: Person, notice: Notice) -> Ruling | None:  # noqa: ARG001
    """Do not tell people what they did themselves. Not documented; off by default."""
    if situation.alert.actor_id == person.id:
        return suppress(Reason.ACTOR_EXCLUDED)
    return None


@gate("expired", when=lambda s: s.expiry is not None)
def expired(situation: Situation, person: Person, notice: Notice) -> Ruling | None:  # noqa: ARG001
    """An interview reminder is of no use once the interview has started.

    Not documented. So says its class (`Traits.expires`), as any other may. Rules that make alerts
    wait give this reason too, when the alert will have expired by then.
    """
    return None if is_of_use(situation, situation.now) else suppress(Reason.EXPIRED)


@gate("muted")
def muted(situation: Situation, person: Person, notice: Notice) -> Ruling | None:
    """Types and variants that a person, or else the tenant, switched off.

    The variant was chosen before: muting one does not bring the other. Mandatory and critical
    alerts pass. Source: https://guide.roundhr.com/setting/profile/notification (type can be
    personalised).
    """
    if notice.is_critical or notice.is_mandatory:
        return None
    own = person.preferences
    if notice.catalog_id in own.muted or notice.audience in own.muted_audiences:
        return suppress(Reason.MUTED)
    defaults = situation.options.defaults
    if (
        defaults is not None
        and notice.catalog_id not in own.wanted
        and (notice.catalog_id in defaults.muted or notice.audience in defaults.muted_audiences)
    ):
        return suppress(Reason.MUTED)
    return None


@gate("digest_window", when=lambda s: s.alert.traits.digest is not None)
def digest_window(situation: Situation, person: Person, notice: Notice) -> Ruling | None:  # noqa: ARG001
    """«서류 평가 알림 (1시간 기준)»: document evaluations are collected for an hour.

    So is every alert whose class names a digest (`Traits.digest`).
    Source: https://guide.roundhr.com/setting/integrations/notifications/naver_works.
    Not held back outside the receive window: the digest itself waits for it.
    """
    return collect(Reason.DIGEST_WINDOW)
