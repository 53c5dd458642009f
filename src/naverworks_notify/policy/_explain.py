"""A decision as a sentence, for admins and support."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from naverworks_notify.alerts import ENTRIES, Audience, normalize_locale
from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.policy._decision import Decision, Outcome, Reason, Verdict

__all__ = ["explain"]

_REASONS: dict[str, Mapping[str, str]] = {
    "en": {
        Reason.ASSIGNED: "the event is assigned to this person",
        Reason.POSTING_MANAGER: "this person is in charge of the posting",
        Reason.ADDRESSED: "the event is addressed to this person",
        Reason.DELEGATE: "this person stands in for someone who is away",
        Reason.DIGEST_WINDOW: "completed document evaluations are reported together",
        Reason.POSTING_MEMBER: "a member of a posting gets no alerts about that posting",
        Reason.NO_POSTING_ROLE: "this person has no role on the posting",
        Reason.NOT_ASSIGNED: "the event is not assigned to this person",
        Reason.NOT_ADDRESSED: "the event is not addressed to this person",
        Reason.INACTIVE: "this person is not active",
        Reason.ACTOR_EXCLUDED: "this person caused the event",
        Reason.EXPIRED: "a reminder is of no use once the interview has started",
        Reason.DUPLICATE_EVENT: "this person has already been told of this event",
        Reason.SUPERSEDED: "the interview was cancelled",
        Reason.COLLAPSED: "several changes of one interview become one alert",
        Reason.DELEGATED: "this person is away and someone stands in",
        Reason.MUTED: "this kind of alert is switched off",
        Reason.SNOOZED: "this person asked for quiet",
        Reason.QUIET_DAY: "it is a quiet day",
        Reason.DEFERRED_QUIET_DAY: "it is a quiet day",
        Reason.OUTSIDE_RECEIVE_WINDOW: "it is outside this person's receive window",
        Reason.DEFERRED_RECEIVE_WINDOW: "it is outside this person's receive window",
        Reason.HOURLY_CAP: "this person got as many alerts as one hour allows",
        Reason.NO_ADDRESS: "no NAVER WORKS address of this person is known",
    },
    "ko": {
        Reason.ASSIGNED: "이 일의 담당자입니다",
        Reason.POSTING_MANAGER: "이 공고를 담당하는 관리자 또는 매니저입니다",
        Reason.ADDRESSED: "이 알림의 대상으로 직접 지정되었습니다",
        Reason.DELEGATE: "자리를 비운 구성원의 알림을 대신 받습니다",
        Reason.DIGEST_WINDOW: "서류 평가 완료 알림은 모아서 한 번에 보냅니다",
        Reason.POSTING_MEMBER: "공고 멤버에게는 공고 관련 알림을 보내지 않습니다",
        Reason.NO_POSTING_ROLE: "이 공고에서 맡은 역할이 없습니다",
        Reason.NOT_ASSIGNED: "이 일의 담당자가 아닙니다",
        Reason.NOT_ADDRESSED: "이 알림의 대상으로 지정되지 않았습니다",
        Reason.INACTIVE: "비활성 상태인 구성원입니다",
        Reason.ACTOR_EXCLUDED: "본인이 한 일입니다",
        Reason.EXPIRED: "면접이 시작된 뒤에는 리마인더를 보내지 않습니다",
        Reason.DUPLICATE_EVENT: "같은 알림을 이미 받았습니다",
        Reason.SUPERSEDED: "면접이 취소되어 더는 필요 없는 알림입니다",
        Reason.COLLAPSED: "같은 면접의 변경 알림은 하나로 모아서 보냅니다",
        Reason.DELEGATED: "자리를 비운 동안에는 다른 구성원이 대신 받습니다",
        Reason.MUTED: "수신을 꺼 둔 알림입니다",
        Reason.SNOOZED: "알림을 잠시 꺼 둔 상태입니다",
        Reason.QUIET_DAY: "알림을 보내지 않는 날입니다",
        Reason.DEFERRED_QUIET_DAY: "알림을 보내지 않는 날입니다",
        Reason.OUTSIDE_RECEIVE_WINDOW: "알림 수신 시간이 아닙니다",
        Reason.DEFERRED_RECEIVE_WINDOW: "알림 수신 시간이 아닙니다",
        Reason.HOURLY_CAP: "한 시간 동안 받을 수 있는 알림 수를 모두 채웠습니다",
        Reason.NO_ADDRESS: "NAVER WORKS 주소를 알 수 없습니다",
    },
}
_OUTCOMES: dict[str, Mapping[Outcome, str]] = {
    "en": {
        Outcome.SEND: "Sent",
        Outcome.DEFER: "Held until {until}",
        Outcome.DIGEST: "Collected",
        Outcome.SUPPRESS: "Not sent",
    },
    "ko": {
        Outcome.SEND: "보냄",
        Outcome.DEFER: "{until}까지 보류",
        Outcome.DIGEST: "모음",
        Outcome.SUPPRESS: "보내지 않음",
    },
}
_WEEKDAYS = {"en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), "ko": tuple("월화수목금토일")}
_VARIANTS: dict[str, Mapping[Audience, str]] = {
    "en": {Audience.INTERVIEWER: "for interviewers", Audience.MANAGER: "for managers"},
    "ko": {Audience.INTERVIEWER: "면접관용", Audience.MANAGER: "채용 담당자용"},
}
_OWN_RULE = {
    "en": "decided by the rule “{rule}” ({reason})",
    "ko": "‘{rule}’ 규칙에 따른 결정입니다({reason})",
}


def explain(
    decision: Decision, *, locale: str = "ko", texts: Mapping[str, str] | None = None
) -> str:
    """Return one sentence that says what was decided and why.

    Args:
        decision: What to explain.
        locale: `ko` or `en`, in any usual spelling.
        texts: Sentences for reasons of the caller's own rules, by reason; they win over ours.

    Raises:
        InvalidValue: There are no sentences in that language.

    Examples:
        >>> from naverworks_notify.policy import Decision, Outcome, Reason
        >>> no = Decision("u-2", Outcome.SUPPRESS, None, Reason.POSTING_MEMBER, None, ())
        >>> explain(no, locale="en")
        'Not sent: a member of a posting gets no alerts about that posting.'
    """
    language = normalize_locale(locale)
    if language not in _REASONS:
        message = "must be ko or en; there are no explanations in other languages."
        raise InvalidValue(violations=(Violation("locale", "locale", message),))
    because = (texts or {}).get(decision.reason) or _REASONS[language].get(decision.reason)
    if because is None:
        rule = _last_word(decision)
        because = _OWN_RULE[language].format(rule=rule, reason=decision.reason)
    outcome = _OUTCOMES[language][decision.outcome].format(until=_moment(decision.until, language))
    return f"{outcome}: {because}.{_entry(decision, language)}"


def _last_word(decision: Decision) -> str:
    speaking = [step.rule for step in decision.trail if step.verdict is not Verdict.PASS]
    return speaking[-1] if speaking else decision.reason


def _entry(decision: Decision, language: str) -> str:
    if decision.catalog_id is None or decision.audience is None:
        return ""
    row = ENTRIES.get(decision.catalog_id)
    if row is None:
        label = decision.catalog_id
    else:
        label = row.korean_label if language == "ko" else row.english_label
    return f" ({label}, {_VARIANTS[language][decision.audience]})"


def _moment(until: datetime | None, language: str) -> str:
    if until is None:
        return ""
    weekday = _WEEKDAYS[language][until.weekday()]
    return f"{until:%Y-%m-%d} ({weekday}) {until:%H:%M} ({until:%Z})"
