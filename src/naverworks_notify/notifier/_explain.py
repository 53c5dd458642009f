"""Why somebody got a message or none, in one sentence: for admins and support."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from naverworks_notify.alerts import normalize_locale
from naverworks_notify.directory import MatchReason, MatchStatus
from naverworks_notify.errors import InvalidValue, NaverWorksError, Violation
from naverworks_notify.notifier._ledger import Row, State
from naverworks_notify.notifier._result import NotifierReason, Result, Status
from naverworks_notify.policy import Decision, Outcome, Reason, explain

__all__ = ["explain_missing", "explain_result", "explain_row"]

_STATES: Mapping[str, Mapping[str, str]] = {
    "en": {
        State.ACCEPTED: "To be sent",
        State.DEFERRED: "Held until {due}",
        State.DIGESTED: "Collected",
        State.SENDING: "On its way",
        State.SENT: "Sent",
        State.FAILED: "Not sent",
        State.UNKNOWN: "Sent, but nobody knows whether it arrived",
        State.SUPPRESSED: "Not sent",
        State.UNMATCHED: "Not sent",
        State.CANCELLED: "Not sent",
    },
    "ko": {
        State.ACCEPTED: "보낼 예정",
        State.DEFERRED: "{due}까지 보류",
        State.DIGESTED: "모음",
        State.SENDING: "보내는 중",
        State.SENT: "보냄",
        State.FAILED: "보내지 못함",
        State.UNKNOWN: "보냈지만 도착했는지 알 수 없음",
        State.SUPPRESSED: "보내지 않음",
        State.UNMATCHED: "보내지 못함",
        State.CANCELLED: "보내지 않음",
    },
}
_REASONS: Mapping[str, Mapping[str, str]] = {
    "en": {
        Reason.NO_ADDRESS: "nothing tells which NAVER WORKS user this person is",
        NotifierReason.NOT_AMONG_PEOPLE: "this person is not among the people any more",
        NotifierReason.INVALID_PERSON: "this person's data cannot be read",
        NotifierReason.NOT_ALLOWED_HERE: "this system may not send to this person (only_to)",
        NotifierReason.RETRY_LATER: "the last try failed for a reason that passes by itself",
        NotifierReason.SAME_USER: "another person with the same NAVER WORKS user got it",
        NotifierReason.CANCELLED: "an operator called it off",
        NotifierReason.INTERRUPTED: "the process that was sending it ended",
        NotifierReason.SETTLED: "an operator decided so",
    },
    "ko": {
        Reason.NO_ADDRESS: "어느 NAVER WORKS 사용자인지 알 수 없습니다",
        NotifierReason.NOT_AMONG_PEOPLE: "더 이상 대상자 목록에 없는 구성원입니다",
        NotifierReason.INVALID_PERSON: "이 구성원의 정보를 읽을 수 없습니다",
        NotifierReason.NOT_ALLOWED_HERE: "이 시스템에서는 보낼 수 없는 구성원입니다(only_to)",
        NotifierReason.RETRY_LATER: "지난 시도가 일시적인 이유로 실패했습니다",
        NotifierReason.SAME_USER: "같은 NAVER WORKS 사용자인 다른 구성원이 받았습니다",
        NotifierReason.CANCELLED: "운영자가 취소했습니다",
        NotifierReason.INTERRUPTED: "보내던 프로세스가 종료되었습니다",
        NotifierReason.SETTLED: "운영자가 그렇게 정했습니다",
    },
}
_DETAILS: Mapping[str, Mapping[str, str]] = {
    "en": {
        MatchReason.NO_SUCH_USER: "no user has this e-mail or key",
        MatchReason.NEVER_SYNCED: "the members were never synchronised",
        MatchReason.VANISHED: "the user no longer exists",
        MatchReason.SEVERAL_USERS: "several users fit",
        MatchReason.DELETED: "the user is deleted",
        MatchReason.SUSPENDED: "the user is suspended",
        MatchReason.PENDING: "the user has not joined yet",
        MatchReason.AWAITING: "the user is not active yet",
        MatchReason.ON_LEAVE: "the user is on leave",
        MatchStatus.UNMATCHED: "no user fits",
        MatchStatus.AMBIGUOUS: "several users fit",
        MatchStatus.BLOCKED: "the user cannot receive messages",
    },
    "ko": {
        MatchReason.NO_SUCH_USER: "이메일이나 키가 맞는 사용자가 없습니다",
        MatchReason.NEVER_SYNCED: "구성원을 동기화한 적이 없습니다",
        MatchReason.VANISHED: "더 이상 없는 사용자입니다",
        MatchReason.SEVERAL_USERS: "맞는 사용자가 여럿입니다",
        MatchReason.DELETED: "삭제된 사용자입니다",
        MatchReason.SUSPENDED: "이용이 정지된 사용자입니다",
        MatchReason.PENDING: "아직 가입하지 않은 사용자입니다",
        MatchReason.AWAITING: "아직 활성화되지 않은 사용자입니다",
        MatchReason.ON_LEAVE: "휴직 중인 사용자입니다",
        MatchStatus.UNMATCHED: "맞는 사용자가 없습니다",
        MatchStatus.AMBIGUOUS: "맞는 사용자가 여럿입니다",
        MatchStatus.BLOCKED: "메시지를 받을 수 없는 사용자입니다",
    },
}
_ERRORS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "RateLimited": "the service's rate limit is used up",
        "BudgetExhausted": "the rate budget is used up",
        "CircuitOpen": "the service is down",
        "TransportError": "the service could not be reached",
        "NotFound": "the service knows no such user or bot",
        "Gone": "the service knows no such user or bot any more",
        "Forbidden": "the service does not allow it",
        "Unauthorized": "the service does not accept the access token",
        "BadRequest": "the service refused the message",
        "PrivateKeyRejected": "the service does not accept the private key",
        "InvalidMessage": "the message breaks a rule of the service",
        "LedgerError": "the ledger could not be written",
        "ApplicationError": "code of the application failed",
        "DeliveryUnknown": "no usable answer came",
    },
    "ko": {
        "RateLimited": "서비스의 호출 한도를 넘었습니다",
        "BudgetExhausted": "호출 한도를 모두 썼습니다",
        "CircuitOpen": "서비스가 응답하지 않는 상태입니다",
        "TransportError": "서비스에 연결하지 못했습니다",
        "NotFound": "서비스에 그런 사용자나 봇이 없습니다",
        "Gone": "서비스에 더 이상 없는 사용자나 봇입니다",
        "Forbidden": "서비스가 허용하지 않습니다",
        "Unauthorized": "서비스가 액세스 토큰을 받아들이지 않습니다",
        "BadRequest": "서비스가 메시지를 거절했습니다",
        "PrivateKeyRejected": "서비스가 Private Key를 받아들이지 않습니다",
        "InvalidMessage": "메시지가 서비스의 규칙에 맞지 않습니다",
        "LedgerError": "전송 기록을 저장하지 못했습니다",
        "ApplicationError": "애플리케이션 코드에서 오류가 났습니다",
        "DeliveryUnknown": "처리 결과를 알려 주는 응답이 없었습니다",
    },
}
_OTHER_ERROR = {"en": "an error occurred ({kind})", "ko": "오류가 났습니다({kind})"}
_OWN_REASON = {"en": "the reason given is “{reason}”", "ko": "‘{reason}’ 때문입니다"}
_MISSING = {
    "en": "{who}: Not sent: an assignee who is not among the people.",
    "ko": "{who}: 보내지 못함: 담당자이지만 대상자 목록에 없습니다.",
}
_OUTCOMES: Mapping[str, Outcome] = {
    State.ACCEPTED: Outcome.SEND,
    State.SENDING: Outcome.SEND,
    State.SENT: Outcome.SEND,
    State.DEFERRED: Outcome.DEFER,
    State.DIGESTED: Outcome.DIGEST,
    State.SUPPRESSED: Outcome.SUPPRESS,
}
_WEEKDAYS = {"en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), "ko": tuple("월화수목금토일")}


def explain_result(result: Result, *, locale: str) -> str:
    """Return a sentence for a result; see `Result.explain`."""
    language = _language(locale)
    decision, reason = result.decision, result.reason
    if result.status in {Status.FAILED, Status.UNKNOWN} or decision is None:
        until = None
    elif result.status is Status.UNMATCHED or reason in _REASONS[language]:
        until = decision.until
    else:
        return explain(decision, locale=language)
    return _sentence(
        State(result.status), reason, language, due=until, error=result.error, detail=result.detail
    )


def explain_row(row: Row, *, locale: str) -> str:
    """Return a sentence for a row of the ledger; see `Row.explain`."""
    language = _language(locale)
    outcome = _OUTCOMES.get(row.state)
    if row.state in {State.SENT, State.SUPPRESSED, State.DEFERRED, State.DIGESTED} and (
        row.reason in set(Reason) and outcome is not None
    ):
        decision = Decision(row.person_id, outcome, None, row.reason, row.due)
        return explain(decision, locale=language)
    return _sentence(row.state, row.reason, language, due=row.due, error=row.error)


def explain_missing(person_id: str, *, locale: str) -> str:
    """Return a sentence for an assignee who is not among the people."""
    return _MISSING[_language(locale)].format(who=person_id)


def _sentence(
    state: State,
    reason: str,
    language: str,
    *,
    due: datetime | None,
    error: NaverWorksError | None,
    detail: str | None = None,
) -> str:
    head = _STATES[language][state].format(due=_moment(due, language))
    if error is not None:
        because = _because_of(error, language)
    elif detail is not None:
        because = _DETAILS[language].get(detail, detail)
    else:
        because = _REASONS[language].get(reason) or _of_policy(reason, language)
    return f"{head}: {because}."


def _because_of(error: NaverWorksError, language: str) -> str:
    kind = type(error).__name__
    told = _ERRORS[language].get(kind) or _OTHER_ERROR[language].format(kind=kind)
    hint = vars(error).get("hint")
    step = getattr(hint, language, "")
    return f"{told}. {step}".rstrip().rstrip(".")


def _of_policy(reason: str, language: str) -> str:
    if reason not in set(Reason):
        return _OWN_REASON[language].format(reason=reason)
    told = explain(Decision("", Outcome.SUPPRESS, None, reason), locale=language)
    return told.partition(": ")[2].rstrip(".")


def _language(locale: str) -> str:
    language = normalize_locale(locale)
    if language not in _STATES:
        message = "must be ko or en; there are no explanations in other languages."
        raise InvalidValue(violations=(Violation("locale", "locale", message),))
    return language


def _moment(due: datetime | None, language: str) -> str:
    if due is None:
        return ""
    weekday = _WEEKDAYS[language][due.weekday()]
    return f"{due:%Y-%m-%d} ({weekday}) {due:%H:%M} ({due:%Z})"
