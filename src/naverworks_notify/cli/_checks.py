"""What `doctor` looks at, one finding after the other."""

from __future__ import annotations

import enum
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from attrs import frozen

from naverworks_notify.auth import Endpoints, MemoryTokenStore, ServiceAccount, validate_key
from naverworks_notify.cli._output import told
from naverworks_notify.errors import InvalidPrivateKey, NaverWorksError

if TYPE_CHECKING:
    from naverworks_notify.bots import BotDomain
    from naverworks_notify.client import Client

__all__ = ["Finding", "Verdict", "examine"]

_SEND_SCOPES = ("bot.message", "bot")
# An assertion is valid for a while before and after its time; by half a minute nothing fails yet.
_TOLERATED_SKEW = timedelta(seconds=30)
_CLOCK_TIMEOUT_S = 10.0
_ADMIN = "Admin > Service > Bot (서비스 > Bot)"


class Verdict(enum.StrEnum):
    """How a check ended."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@frozen(kw_only=True)
class Finding:
    """What one check found.

    Attributes:
        check: What was looked at, in a word.
        verdict: How it ended.
        told: One line about it.
        remedy: What to do, step by step.
    """

    check: str
    verdict: Verdict
    told: str
    remedy: tuple[str, ...] = ()


def examine(*, bot_id: int | None = None) -> Iterator[Finding]:
    """Yield the findings in the order in which a set-up is made; stop where going on is no use."""
    try:
        account = ServiceAccount.from_env()
    except InvalidPrivateKey as error:
        yield _fine("account", "every variable is set")
        yield _failure("key", error)
        return
    except NaverWorksError as error:
        yield _failure(
            "account", error, "Copy the values from Developer Console > API > ClientApp > the app."
        )
        return
    yield _fine("account", f"every variable is set; asking for {', '.join(account.scopes)}")
    try:
        validate_key(account)
    except NaverWorksError as error:
        yield _failure("key", error)
        return
    yield _fine("key", "an RSA key in PEM form, and its numbers are sound")

    from naverworks_notify.client import Client  # noqa: PLC0415 - loads httpx

    try:
        # A token of before would hide that the key is no longer accepted.
        works = Client.from_env(account=account, bot_id=bot_id, token_store=MemoryTokenStore())
    except NaverWorksError as error:
        yield _failure("settings", error)
        return
    if works.restriction is not None:
        yield Finding(
            check="recipients",
            verdict=Verdict.WARNING,
            told=works.restriction,
            remedy=("Unset NAVERWORKS_ONLY_TO and NAVERWORKS_REDIRECT_TO to tell real people.",),
        )
    with works:
        yield _clock(Endpoints())
        yield from _service(works)


def _service(works: Client) -> Iterator[Finding]:
    try:
        token = works.tokens.get()
    except NaverWorksError as error:
        yield _failure("token", error)
        return
    yield _fine("token", f"issued; valid until {token.expires_at:%Y-%m-%d %H:%M} UTC")
    yield _scopes(token.scopes)
    if works.bot_id is None:
        yield Finding(
            check="bot",
            verdict=Verdict.FAILED,
            told="no bot is named.",
            remedy=("Set NAVERWORKS_BOT_ID to the Bot ID from Developer Console > Bot.",),
        )
        return
    yield from _bot(works, works.bot_id)


def _scopes(granted: tuple[str, ...]) -> Finding:
    if not granted:
        return Finding(
            check="scopes",
            verdict=Verdict.WARNING,
            told="the service does not tell which scopes it granted.",
        )
    if not set(granted) & set(_SEND_SCOPES):
        return Finding(
            check="scopes",
            verdict=Verdict.FAILED,
            told=f"granted {', '.join(granted)}; sending needs bot.message or bot.",
            remedy=(
                "Add bot.message to NAVERWORKS_SCOPES.",
                "Switch it on in Developer Console > API > ClientApp > the app > OAuth Scopes.",
            ),
        )
    return _fine("scopes", f"granted {', '.join(granted)}")


def _bot(works: Client, bot_id: int) -> Iterator[Finding]:
    try:
        bot = works.bots.get()
        domains = tuple(works.bots.domains.list())
    except NaverWorksError as error:
        message, steps = told(error)
        # Looking a bot up needs a scope that sending does not.
        verdict = Verdict.WARNING if _is_scope_trouble(error) else Verdict.FAILED
        yield Finding(
            check="bot",
            verdict=verdict,
            told=f"bot {bot_id} could not be looked up: {message}",
            remedy=steps,
        )
        return
    yield _fine("bot", f"{bot_id} «{bot.bot_name}»")
    yield _domains(domains)


def _is_scope_trouble(error: NaverWorksError) -> bool:
    from naverworks_notify.errors import Forbidden, MissingScope  # noqa: PLC0415

    return isinstance(error, (Forbidden, MissingScope))


def _domains(domains: tuple[BotDomain, ...]) -> Finding:
    wanted = os.environ.get("NAVERWORKS_DOMAIN_ID", "")
    relevant = [one for one in domains if not wanted or str(one.domain_id) == wanted]
    if not relevant:
        where = f"domain {wanted}" if wanted else "any domain"
        return Finding(
            check="domain",
            verdict=Verdict.FAILED,
            told=f"the bot is not registered in {where}, so its messages reach nobody.",
            remedy=(f"{_ADMIN} > Add bot: choose the bot and add it.",),
        )
    hidden = [one for one in relevant if not one.visible]
    if hidden:
        return Finding(
            check="domain",
            verdict=Verdict.WARNING,
            told=f"registered in {_names(relevant)}, but not public in {_names(hidden)}: members"
            " do not find it in their list.",
            remedy=(f"{_ADMIN} > the bot: set 공개 설정 (public) to ON and save.",),
        )
    chosen = [one for one in relevant if one.allow_to_selected_member]
    if chosen:
        return Finding(
            check="domain",
            verdict=Verdict.WARNING,
            told=f"registered in {_names(relevant)}; in {_names(chosen)} only chosen members may"
            " use it, the others get nothing.",
            remedy=(f"{_ADMIN} > the bot: set 사용 권한 to 전체 (all members) and save.",),
        )
    return _fine("domain", f"registered and public in {_names(relevant)}")


def _names(domains: list[BotDomain]) -> str:
    return ", ".join(str(one.domain_id) for one in domains)


def _clock(endpoints: Endpoints) -> Finding:
    try:
        theirs = _service_time(endpoints.auth)
    except OSError:
        return Finding(
            check="clock", verdict=Verdict.SKIPPED, told="the service's time could not be read."
        )
    if theirs is None:
        return Finding(
            check="clock", verdict=Verdict.SKIPPED, told="the service does not tell its time."
        )
    skew = datetime.now(UTC) - theirs
    seconds = round(abs(skew).total_seconds())
    if abs(skew) > _TOLERATED_SKEW:
        way = "ahead of" if skew > timedelta() else "behind"
        return Finding(
            check="clock",
            verdict=Verdict.FAILED,
            told=f"this machine's clock is {seconds} s {way} the service's.",
            remedy=("Switch on time synchronisation (NTP) on this machine.",),
        )
    return _fine("clock", f"within {max(seconds, 1)} s of the service's")


def _service_time(url: str) -> datetime | None:
    request = urllib.request.Request(url, method="HEAD")  # noqa: S310 - Endpoints checked it
    try:
        with urllib.request.urlopen(request, timeout=_CLOCK_TIMEOUT_S) as answer:  # noqa: S310
            told_time = answer.headers.get("Date")
    except urllib.error.HTTPError as error:
        # Any answer will do; its status does not matter.
        told_time = error.headers.get("Date")
        error.close()
    return None if told_time is None else parsedate_to_datetime(told_time)


def _fine(check: str, message: str) -> Finding:
    return Finding(check=check, verdict=Verdict.OK, told=message)


def _failure(check: str, error: NaverWorksError, remedy: str | None = None) -> Finding:
    message, steps = told(error)
    return Finding(
        check=check,
        verdict=Verdict.FAILED,
        told=message,
        remedy=steps if remedy is None else (remedy,),
    )
