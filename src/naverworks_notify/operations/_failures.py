"""Error answers as errors of ours, with what to do next."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

from naverworks_notify.errors import (
    ApiError,
    BadRequest,
    Conflict,
    Forbidden,
    Gone,
    Hint,
    NotFound,
    RateLimited,
    ServerError,
    Unauthorized,
)
from naverworks_notify.operations._operation import Effect, Endpoint
from naverworks_notify.printable import printable
from naverworks_notify.wire import Request, Response

__all__ = ["HINTS", "api_error", "hint_for", "request_id", "without_quotes"]

_LONGEST = 2000
_MASK = "…"
# Addresses of people, also as they stand in a URL.
_ADDRESS = re.compile(r"[^\s<>\"'(),;:]+(?:@|%40)[^\s<>\"'(),;:]+")
# Names of kinds say what is wrong, and nothing of what was written.
_NAMES_A_KIND = frozenset({"type", "layout"})
_SHORTEST = 2


def without_quotes(text: str, sent: Request | None = None) -> str:
    """Return a text on one line, without addresses, controls and what a request said.

    Args:
        text: The service's words.
        sent: The request that they answer.
    """
    if len(text) > _LONGEST:
        # Not in the middle of a word, which would no longer look like an address.
        text = (text[:_LONGEST].rsplit(maxsplit=1) or [""])[0]
    if sent is not None:
        boundary = sent.headers.get("content-type", "").partition("boundary=")[2]
        if boundary:
            # What follows it is a file.
            text = text.partition(boundary)[0]
        for said in sorted(set(_said_in(sent)), key=len, reverse=True):
            text = _without(text, said)
    return printable(" ".join(_ADDRESS.sub(_MASK, text).split()))


def _said_in(sent: Request) -> Iterator[str]:
    yield sent.headers.get("authorization", "").removeprefix("Bearer ")
    try:
        raw = json.loads(sent.content or b"null")
    except ValueError:
        return
    yield from _strings(raw)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            if key not in _NAMES_A_KIND:
                yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


def _without(text: str, said: str) -> str:
    if len(said) < _SHORTEST:
        return text
    if said.isascii() and said.isalnum():
        # A word, which may also be a part of other words.
        return re.sub(rf"(?<!\w){said}(?!\w)", _MASK, text)
    return text.replace(said, _MASK)


_KINDS: Mapping[int, type[ApiError]] = {
    400: BadRequest,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    409: Conflict,
    410: Gone,
    429: RateLimited,
}
_SERVER_ERROR = 500
_LONGEST_DESCRIPTION = 300

# None is documented; these are the names services of this kind use.
_REQUEST_IDS = ("x-request-id", "x-works-request-id", "x-correlation-id", "x-trace-id")

HINTS: Mapping[tuple[int, str], Hint] = {
    (400, ""): Hint(
        en="Compare the values with the operation's page in the developer documentation.",
        ko="개발자 문서의 해당 API 페이지와 보낸 값을 비교해 보세요.",
    ),
    (400, "too_long"): Hint(
        en="A text is too long, or an array has too many items: the description names the limit. "
        "Values made by this package's messages are checked before; shorten() cuts a text.",
        ko="글이 너무 길거나 항목이 너무 많습니다. 설명에 나온 한도에 맞게 줄이세요. 이 패키지의 "
        "messages로 만든 값은 미리 검사하며, 글은 shorten()으로 줄일 수 있습니다.",
    ),
    (401, ""): Hint(
        en="Check in the Developer Console that the app's service account and its scopes are "
        "still active.",
        ko="Developer Console에서 앱의 서비스 계정과 scope가 유효한지 확인하세요.",
    ),
    (403, ""): Hint(
        en="In the Admin (Services > Bot), add the bot and allow these members to use it; in the "
        "Developer Console, check the app's scopes.",
        ko="관리자 화면(서비스 > Bot)에서 Bot을 추가하고 해당 구성원의 사용을 허용했는지, "
        "Developer Console에서 앱의 scope를 확인하세요.",
    ),
    (403, "read"): Hint(
        en="In the Developer Console, check that the app has a scope for this operation, and that "
        "a service account may call it.",
        ko="Developer Console에서 앱에 이 API의 scope가 있는지, 서비스 계정으로 호출할 수 있는 "
        "API인지 확인하세요.",
    ),
    (404, ""): Hint(
        en="Check the ids, the Bot ID too. A bot must be made in the Developer Console and also "
        "added to the domain in the Admin (Services > Bot).",
        ko="Bot ID를 비롯한 ID를 확인하세요. Bot은 Developer Console에서 등록한 뒤 관리자 "
        "화면(서비스 > Bot)에서도 추가해야 합니다.",
    ),
    (404, "bot"): Hint(
        en="Check the Bot ID (bot_id= or NAVERWORKS_BOT_ID): the number on the bot's page in the "
        "Developer Console (Bot). The bot must also be added to the domain in the Admin "
        "(Services > Bot).",
        ko="Bot ID(bot_id= 또는 NAVERWORKS_BOT_ID)가 Developer Console의 Bot 페이지에 있는 번호와 "
        "같은지, 관리자 화면(서비스 > Bot)에서 도메인에 Bot이 추가되어 있는지 확인하세요.",
    ),
    (404, "user"): Hint(
        en="Check the user's id or e-mail address in the Admin (Members), the Bot ID, and that the "
        "bot is added to that member's domain (Services > Bot).",
        ko="관리자 화면(구성원)에서 사용자 ID 또는 이메일을, Bot ID를, 서비스 > Bot에서 해당 "
        "도메인에 Bot이 추가되어 있는지 확인하세요.",
    ),
    (409, ""): Hint(
        en="It exists already, or is being changed: read it again before changing it.",
        ko="이미 있거나 변경 중입니다. 다시 조회한 뒤 변경하세요.",
    ),
    (410, ""): Hint(
        en="It was deleted on the service; use another one.",
        ko="서비스에서 이미 삭제되었습니다. 다른 대상을 사용하세요.",
    ),
    (429, ""): Hint(
        en="Another program of the same domain may be using the limit; give the client a smaller "
        "RateBudget, or share one across processes (SharedRateBudget).",
        ko="같은 도메인의 다른 프로그램이 한도를 함께 쓰고 있을 수 있습니다. RateBudget을 줄이거나 "
        "여러 프로세스가 SharedRateBudget으로 함께 쓰게 하세요.",
    ),
    (500, ""): Hint(
        en="The service failed; try again later.",
        ko="서비스 오류입니다. 잠시 후 다시 시도하세요.",
    ),
}
"""What to do next, by status and, where it matters, by what the call was about."""


def hint_for(endpoint: Endpoint, status: int, told: str = "") -> Hint | None:
    """Return what to do next about an error status of an endpoint.

    Args:
        endpoint: What was called.
        status: The answer's status.
        told: Code and description of the answer: they tell which of the ids is unknown.
    """
    status = min(status, _SERVER_ERROR)
    about = ""
    # Documented for API 1.0, and seen in 2.0 by two clients:
    # https://developers.worksmobile.com/jp/document/1005060?lang=en
    if told.startswith("EXCEEDED_LENGTH_LIMIT_OF_PARAM"):
        about = "too_long"
    elif status == 404:  # noqa: PLR2004 - HTTP
        about = _unknown(endpoint, told.lower())
    elif status == 403 and endpoint.effect is Effect.READ:  # noqa: PLR2004 - HTTP
        about = "read"
    return HINTS.get((status, about)) or HINTS.get((status, ""))


def _unknown(endpoint: Endpoint, told: str) -> str:
    if "{botId}" in endpoint.template and "bot" in told and "user" not in told:
        return "bot"
    return "user" if "{userId}" in endpoint.template else ""


def request_id(response: Response) -> str | None:
    """Return the service's id of the request, where it sent one."""
    for name in _REQUEST_IDS:
        value = response.headers.get(name)
        if value:
            return printable(value[:200])
    return None


def api_error(
    endpoint: Endpoint,
    response: Response,
    *,
    retry_after: timedelta | None = None,
    sent: Request | None = None,
) -> ApiError:
    """Return the error that an error answer stands for.

    The documented body is `{"code": "...", "description": "..."}`
    (https://developers.worksmobile.com/en/docs/error-codes); some answers have none.

    Args:
        endpoint: What was called.
        response: The answer.
        retry_after: How long the service asks to wait.
        sent: The request; should the answer quote its token or its content, that is left out.
    """
    code, description = _body(response.content, sent)
    kind: Callable[..., ApiError] = _KINDS.get(
        response.status, ServerError if response.status >= _SERVER_ERROR else ApiError
    )
    told = f"{endpoint.name}: the service answered {response.status}"
    if code:
        told += f" {code}"
    if description:
        told += f" «{description}»"
    return kind(
        f"{told}.",
        status=response.status,
        code=code,
        description=description,
        retry_after=retry_after,
        operation=endpoint.name,
        request_id=request_id(response),
        hint=hint_for(endpoint, response.status, f"{code} {description}"),
    )


def _body(content: bytes, sent: Request | None) -> tuple[str | None, str | None]:
    try:
        raw = json.loads(content)
    except (ValueError, RecursionError):
        return None, None
    if not isinstance(raw, dict):
        return None, None
    return _text(raw.get("code"), sent), _text(raw.get("description"), sent)


def _text(value: object, sent: Request | None) -> str | None:
    if not isinstance(value, str) or not value.strip():
        return None
    line = without_quotes(value, sent)
    return line if len(line) <= _LONGEST_DESCRIPTION else line[:_LONGEST_DESCRIPTION] + "…"
