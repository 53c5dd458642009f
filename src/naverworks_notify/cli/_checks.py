"""What `doctor` looks at, one finding after the other, in the order in which a set-up is made."""

from __future__ import annotations

import enum
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from attrs import frozen

from naverworks_notify.auth import Endpoints, MemoryTokenStore, ServiceAccount, validate_key
from naverworks_notify.auth._environment import read_variable
from naverworks_notify.cli._environment import how_to_name_a_bot
from naverworks_notify.cli._facts import told
from naverworks_notify.cli._korean import in_korean
from naverworks_notify.cli._language import tr
from naverworks_notify.cli._overheard import Overheard
from naverworks_notify.errors import (
    Forbidden,
    InvalidPrivateKey,
    MissingScope,
    MissingTimeZones,
    NaverWorksError,
)
from naverworks_notify.zones import zone_of

if TYPE_CHECKING:
    from naverworks_notify.bots import Bot, BotDomain
    from naverworks_notify.client import Client
    from naverworks_notify.wire import Response

__all__ = ["Finding", "Verdict", "examine"]

_SEND_SCOPES = ("bot.message", "bot")
_LOOK_SCOPES = ("bot.read", "bot")
# An assertion is valid for a while before and after its time; by half a minute nothing fails yet.
_TOLERATED_SKEW = timedelta(seconds=30)
_PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
# https://developers.worksmobile.com/kr/docs/rate-limits
_FREE_PLAN, _PAID_PLAN = 60, 240


class Verdict(enum.StrEnum):
    """How a check ended."""

    OK = "ok"
    NOTE = "note"
    WARNING = "warning"
    SKIPPED = "skipped"
    FAILED = "failed"


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


def console() -> str:
    """Return where an app is kept."""
    return "Developer Console > API > ClientApp"


def bot_console() -> str:
    """Return where a bot is made."""
    return "Developer Console > Bot"


def admin() -> str:
    """Return where a bot is added to a domain, as the menu reads, the other language in brackets."""
    return tr(
        "Admin > Service > Bot (서비스 > Bot)", "관리자 > 서비스 > Bot (Admin > Service > Bot)"
    )


def examine(*, bot_id: int | None = None, to: str | None = None) -> Iterator[Finding]:
    """Yield the findings; stop where going on is no use.

    Args:
        bot_id: A bot that wins over the environment's.
        to: Whom to send a test message to; None for nobody.
    """
    zones = _time_zones()
    if zones.verdict is Verdict.FAILED:
        # Told even where it ends with the account: these two have nothing to do with each other.
        yield zones
    try:
        account = ServiceAccount.from_env()
    except InvalidPrivateKey as error:
        yield _fine("account", tr("every variable is set", "변수를 모두 설정했습니다"))
        yield _failure("key", error)
        return
    except NaverWorksError as error:
        yield _failure(
            "account",
            error,
            tr(
                f"Copy the values from {console()} > the app.",
                f"{console()} > 해당 앱에서 값을 복사하세요.",
            ),
        )
        return
    scopes = ", ".join(account.scopes)
    yield _fine(
        "account",
        tr(
            f"every variable is set; asking for {scopes}",
            f"변수를 모두 설정했습니다. 요청하는 권한 범위(scope): {scopes}",
        ),
    )
    try:
        validate_key(account)
    except NaverWorksError as error:
        yield _failure("key", error)
        return
    yield _fine(
        "key",
        tr(
            "an RSA key in PEM form; when it was issued is not written in it",
            "PEM 형식의 RSA 키입니다. 발급일은 키에 적혀 있지 않습니다",
        ),
    )
    if zones.verdict is not Verdict.FAILED:
        yield zones
    yield from _network_and_beyond(account, bot_id=bot_id, to=to)


def _network_and_beyond(
    account: ServiceAccount, *, bot_id: int | None, to: str | None
) -> Iterator[Finding]:
    from naverworks_notify.client import Client  # noqa: PLC0415 - loads httpx
    from naverworks_notify.client._reach import reach  # noqa: PLC0415

    heard = Overheard()
    try:
        endpoints = Endpoints.from_env()
        # A token of before would hide that the key is no longer accepted.
        works = Client.from_env(
            account=account, bot_id=bot_id, token_store=MemoryTokenStore(), limiter=heard
        )
    except NaverWorksError as error:
        yield _failure("settings", error)
        return
    with works:
        if works.restriction is not None:
            yield _restricted(works.restriction)
        try:
            answer = reach(f"{endpoints.auth}/token")
            reach(f"{endpoints.api}/bots")
        except NaverWorksError as error:
            yield _clock(None)
            yield _failure("network", error)
            return
        yield _clock(answer)
        yield _fine("network", _way())
        yield from _service(works, heard, to=to)


def _time_zones() -> Finding:
    try:
        zone_of("Asia/Seoul")
    except MissingTimeZones as error:
        return _failure("time zones", error)
    return _fine("time zones", tr("their data is installed", "시간대 데이터가 설치되어 있습니다"))


def _restricted(restriction: str) -> Finding:
    return Finding(
        check="recipients",
        verdict=Verdict.WARNING,
        told=tr(restriction, in_korean(restriction)),
        remedy=(
            tr(
                "Unset NAVERWORKS_ONLY_TO and NAVERWORKS_REDIRECT_TO to tell real people.",
                "실제 사용자에게 알리려면 NAVERWORKS_ONLY_TO와 NAVERWORKS_REDIRECT_TO를 지우세요.",
            ),
        ),
    )


def _way() -> str:
    """Return how the service is reached, without what may stand in a proxy's address."""
    proxy = next((name for name in _PROXIES if os.environ.get(name)), None)
    certificates = next((name for name in _CERTIFICATES if os.environ.get(name)), None)
    said = tr("the service answers", "서비스가 응답합니다")
    if proxy is not None:
        said += tr(f", through the proxy of {proxy}", f". 프록시: {proxy}")
    if certificates is not None:
        said += tr(f", with the certificates of {certificates}", f". 인증서: {certificates}")
    return said


def _service(works: Client, heard: Overheard, *, to: str | None) -> Iterator[Finding]:
    try:
        token = works.tokens.get()
    except NaverWorksError as error:
        yield _failure("token", error)
        return
    until = f"{token.expires_at:%Y-%m-%d %H:%M} UTC"
    yield _fine(
        "token", tr(f"issued; valid until {until}", f"액세스 토큰을 받았습니다. 유효 기간: {until}")
    )
    yield _scopes(token.scopes)
    if works.bot_id is None:
        yield Finding(
            check="bot",
            verdict=Verdict.FAILED,
            told=tr("no bot is named.", "봇이 정해지지 않았습니다."),
            remedy=(how_to_name_a_bot(),),
        )
    else:
        yield from _bot(works, works.bot_id, token.scopes)
    yield _members(works)
    if heard.limit is not None:
        yield _plan(heard.limit)
    if to is not None and works.bot_id is not None:
        yield _test_message(works, to)


def _scopes(granted: tuple[str, ...]) -> Finding:
    listed = ", ".join(granted)
    if not granted:
        return Finding(
            check="scopes",
            verdict=Verdict.SKIPPED,
            told=tr(
                "the service does not tell which scopes it granted.",
                "서비스가 어떤 권한 범위(scope)를 주었는지 알려 주지 않습니다.",
            ),
        )
    if not set(granted) & set(_SEND_SCOPES):
        return Finding(
            check="scopes",
            verdict=Verdict.FAILED,
            told=tr(
                f"granted {listed}; sending needs bot.message or bot.",
                f"받은 권한 범위(scope): {listed}. 보내려면 bot.message 또는 bot이 필요합니다.",
            ),
            remedy=_add_scope("bot.message"),
        )
    return _fine("scopes", tr(f"granted {listed}", f"받은 권한 범위(scope): {listed}"))


def _add_scope(scope: str) -> tuple[str, ...]:
    return (
        tr(f"Add {scope} to NAVERWORKS_SCOPES.", f"NAVERWORKS_SCOPES에 {scope} 값을 추가하세요."),
        tr(
            f"Switch it on in {console()} > the app > OAuth Scopes.",
            f"{console()} > 해당 앱 > OAuth Scopes에서 켜세요.",
        ),
    )


def _bot(works: Client, bot_id: int, granted: tuple[str, ...]) -> Iterator[Finding]:
    if granted and not set(granted) & set(_LOOK_SCOPES):
        yield Finding(
            check="bot",
            verdict=Verdict.SKIPPED,
            told=tr(
                f"whether bot {bot_id} exists, and who may use it, could not be checked:"
                " that needs bot.read.",
                f"봇 {bot_id}번이 있는지, 누가 쓸 수 있는지 확인하지 못했습니다. bot.read가"
                " 필요합니다.",
            ),
            remedy=_add_scope("bot.read"),
        )
        return
    try:
        bot = works.bots.get()
        domains = tuple(works.bots.domains.list())
    except NaverWorksError as error:
        message, steps = told(error)
        unseen = isinstance(error, (Forbidden, MissingScope))
        yield Finding(
            check="bot",
            verdict=Verdict.SKIPPED if unseen else Verdict.FAILED,
            told=tr(
                f"bot {bot_id} could not be looked up: {message}",
                f"봇 {bot_id}번을 조회하지 못했습니다: {message}",
            ),
            remedy=steps,
        )
        return
    yield _fine("bot", f"{bot_id} «{bot.bot_name}»")
    yield _callback(bot)
    yield from _domains(domains)


def _callback(bot: Bot) -> Finding:
    if bot.enable_callback:
        return Finding(
            check="callback",
            verdict=Verdict.NOTE,
            told=tr(
                "is on: what people write to the bot goes to its Callback URL. Alerts need none.",
                "켜져 있어 봇에게 보낸 메시지가 Callback URL로 전달됩니다. 알림에는 필요 없습니다.",
            ),
            remedy=(
                tr(
                    f"Unless you use it: {bot_console()} > the bot > Callback URL: Off.",
                    f"쓰지 않는다면 {bot_console()} > 해당 봇 > Callback URL을 Off로 바꾸세요.",
                ),
            ),
        )
    return _fine(
        "callback", tr("is off, as alerts need none", "꺼져 있습니다. 알림에는 필요 없습니다")
    )


def _domains(domains: tuple[BotDomain, ...]) -> Iterator[Finding]:
    wanted = read_variable("NAVERWORKS_DOMAIN_ID", os.environ)
    relevant = [one for one in domains if not wanted or str(one.domain_id) == wanted]
    if not relevant:
        yield Finding(
            check="domain",
            verdict=Verdict.FAILED,
            told=tr(
                f"the bot is not registered in {f'domain {wanted}' if wanted else 'any domain'}, so"
                " its messages reach nobody.",
                f"봇이 {f'도메인 {wanted}에' if wanted else '어느 도메인에도'} 추가되어 있지 않아"
                " 메시지가 아무에게도 도착하지 않습니다.",
            ),
            remedy=(
                tr(
                    f"{admin()} > Add bot (Bot 추가): choose the bot and add it.",
                    f"{admin()} > Bot 추가(Add bot)에서 봇을 골라 추가하세요.",
                ),
            ),
        )
        return
    registered = _names(relevant)
    yield _fine("domain", tr(f"registered in {registered}", f"추가된 도메인: {registered}"))
    hidden = _names([one for one in relevant if not one.visible])
    if hidden:
        yield Finding(
            check="visible",
            verdict=Verdict.WARNING,
            told=tr(
                f"the bot is not public in {hidden}: members do not find it in their list.",
                f"봇이 공개되어 있지 않아 구성원의 목록에 보이지 않습니다: {hidden}",
            ),
            remedy=(
                tr(
                    f"{admin()} > the bot: set Public (공개 설정) to ON and save.",
                    f"{admin()} > 해당 봇의 공개 설정(Public)을 ON으로 바꾸고 저장하세요.",
                ),
            ),
        )
    else:
        yield _fine("visible", tr("ON: members find the bot", "ON: 구성원에게 봇이 보입니다"))
    chosen = _names([one for one in relevant if one.allow_to_selected_member])
    if chosen:
        yield Finding(
            check="permission",
            verdict=Verdict.WARNING,
            told=tr(
                f"in {chosen} only chosen members may use the bot; the others get nothing.",
                f"선택한 구성원만 봇을 쓸 수 있어 나머지는 아무것도 받지 못합니다: {chosen}",
            ),
            remedy=(
                tr(
                    f"{admin()} > the bot: set Permission (사용 권한) to All (전체) and save.",
                    f"{admin()} > 해당 봇의 사용 권한(Permission)을 전체(All)로 바꾸고 저장하세요.",
                ),
            ),
        )
    else:
        yield _fine("permission", tr("all members may use it", "모든 구성원이 쓸 수 있습니다"))


def _names(domains: list[BotDomain]) -> str:
    return ", ".join(str(one.domain_id) for one in domains)


def _members(works: Client) -> Finding:
    try:
        next(iter(works.users.list()), None)
    except NaverWorksError as error:
        message, steps = told(error)
        unseen = isinstance(error, (Forbidden, MissingScope))
        return Finding(
            check="members",
            verdict=Verdict.SKIPPED if unseen else Verdict.FAILED,
            told=tr(
                f"the members could not be read: {message}", f"구성원을 읽지 못했습니다: {message}"
            ),
            remedy=_add_scope("user.read") if unseen else steps,
        )
    return _fine("members", tr("can be read", "구성원을 읽을 수 있습니다"))


def _plan(limit: int) -> Finding:
    plans: Mapping[int, str] = {
        _FREE_PLAN: tr(" (the free plan)", " (무료 요금제)"),
        _PAID_PLAN: tr(" (a paid plan)", " (유료 요금제)"),
    }
    named = plans.get(limit, "")
    return Finding(
        check="rate plan",
        verdict=Verdict.NOTE,
        told=tr(f"{limit} calls a minute of each kind{named}", f"종류마다 분당 {limit}회{named}"),
    )


def _test_message(works: Client, to: str) -> Finding:
    from naverworks_notify.messages import Text  # noqa: PLC0415 - only with --to

    text = tr(
        "A test message of naverworks-notify doctor: alerts arrive.",
        "naverworks-notify doctor의 시험 메시지입니다. 알림이 도착합니다.",
    )
    try:
        works.messages.send_to_user(to, Text(text))
    except NaverWorksError as error:
        return _failure("message", error)
    return _fine("message", tr("sent; look for it", "보냈습니다. 도착했는지 확인하세요"))


def _clock(answer: Response | None) -> Finding:
    if answer is None:
        return _unseen_clock()
    try:
        theirs = parsedate_to_datetime(answer.headers["date"])
        skew = datetime.now(UTC) - theirs
    except (KeyError, ValueError, TypeError, OverflowError):
        return _unseen_clock()
    seconds = round(abs(skew).total_seconds())
    if abs(skew) > _TOLERATED_SKEW:
        ahead = skew > timedelta()
        return Finding(
            check="clock",
            verdict=Verdict.FAILED,
            told=tr(
                f"this machine's clock is {seconds} s {'ahead of' if ahead else 'behind'} the"
                " service's.",
                f"이 컴퓨터의 시계가 서비스보다 {seconds}초 {'빠릅니다' if ahead else '느립니다'}.",
            ),
            remedy=(
                tr(
                    "Switch on time synchronisation (NTP) on this machine.",
                    "이 컴퓨터의 시각 동기화(NTP)를 켜세요.",
                ),
            ),
        )
    near = max(seconds, 1)
    return _fine("clock", tr(f"within {near} s of the service's", f"서비스와 {near}초 이내"))


def _unseen_clock() -> Finding:
    return Finding(
        check="clock",
        verdict=Verdict.SKIPPED,
        told=tr("the service's time could not be read.", "서비스의 시각을 읽지 못했습니다."),
    )


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
