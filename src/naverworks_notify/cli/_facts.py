"""An error of the library as a command says it: one sentence, then the next steps."""

from __future__ import annotations

from collections.abc import Mapping

from naverworks_notify.cli._korean import in_korean
from naverworks_notify.cli._language import in_language, language, tr
from naverworks_notify.errors import (
    BudgetExhausted,
    Hint,
    InvalidMessage,
    InvalidResponse,
    InvalidValue,
    NaverWorksError,
    TransportError,
    Violation,
)

__all__ = ["sentence_of", "told", "told_violations"]

# For errors that carry no hint of their own.
_STEPS: Mapping[type[NaverWorksError], Hint] = {
    TransportError: Hint(
        en="Check the network, a proxy if there is one, and NAVERWORKS_API_URL and"
        " NAVERWORKS_AUTH_URL if they are set.",
        ko="네트워크와 프록시를 확인하고, NAVERWORKS_API_URL과 NAVERWORKS_AUTH_URL을 설정했다면 값을"
        " 확인하세요.",
    ),
    BudgetExhausted: Hint(
        en="Try again later; another program may be using up the same rate limit.",
        ko="잠시 후 다시 시도하세요. 다른 프로그램이 같은 호출 한도를 쓰고 있을 수 있습니다.",
    ),
    InvalidResponse: Hint(
        en="Check that NAVERWORKS_API_URL and NAVERWORKS_AUTH_URL name the service.",
        ko="NAVERWORKS_API_URL과 NAVERWORKS_AUTH_URL이 서비스의 주소인지 확인하세요.",
    ),
    InvalidMessage: Hint(
        en="Change the message; nothing was sent.",
        ko="메시지를 고치세요. 아무것도 보내지 않았습니다.",
    ),
}
_DOCTOR = Hint(
    en="naverworks-notify doctor tells what is missing in the set-up.",
    ko="naverworks-notify doctor로 설정에서 빠진 것을 확인할 수 있습니다.",
)


def told(error: BaseException) -> tuple[str, tuple[str, ...]]:
    """Return an error as one sentence, and the next steps it names."""
    # What this very error says; the usual hint of its class says less than the steps below.
    hint = vars(error).get("hint")
    text = sentence_of(error)
    if isinstance(hint, Hint):
        return text, (in_language(hint),)
    remedy = getattr(error, "remedy", "")
    if remedy:
        return text, (remedy,)
    for kind, step in _STEPS.items():
        if isinstance(error, kind):
            return text, (in_language(step),)
    if "NAVERWORKS_" in str(error):
        return text, (in_language(_DOCTOR),)
    return text, ()


def sentence_of(error: BaseException) -> str:
    """Return what an error says, without its hint, in the language of this run."""
    text = str(error)
    hint = vars(error).get("hint")
    if isinstance(hint, Hint):
        # The hint follows the fact, in one language or in both.
        for said in (str(hint), hint.en, hint.ko):
            text = text.removesuffix(said).strip()
    if language() == "en" or not isinstance(error, NaverWorksError):
        return text
    if isinstance(error, InvalidValue) and error.violations:
        first = text.partition(f": {error.violations[0]}")[0]
        opening = "" if first == text else f"{in_korean(first)} "
        return opening + told_violations(error.violations)
    return in_korean(text)


def told_violations(violations: tuple[Violation, ...]) -> str:
    """Return broken rules as sentences, each after its path."""
    return " ".join(
        f"{one.path}: {message_of(one)}" if one.path else message_of(one) for one in violations
    )


def message_of(violation: Violation) -> str:
    """Return what a violation says in the language of this run."""
    return tr(violation.message, in_korean(violation.message))
