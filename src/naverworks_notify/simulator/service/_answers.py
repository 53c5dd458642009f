"""What the service says when it refuses, and the JSON it speaks.

Every error body is `{"code", "description"}`
(https://developers.worksmobile.com/en/docs/error-codes). Where the documentation does not say
which refusal a situation gets, `Situation` names it and `DEFAULT_ANSWERS` holds our choice;
`Behaviour.answers` replaces it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from attrs import evolve, field, frozen

from naverworks_notify.wire import Response

__all__ = [
    "DEFAULT_ANSWERS",
    "Answer",
    "RefusedError",
    "Situation",
    "empty_response",
    "error_response",
    "json_response",
    "refuse",
]


@frozen
class Answer:
    """One refusal: a status with the service's code and description."""

    status: int
    code: str
    description: str
    headers: Mapping[str, str] = field(factory=dict, kw_only=True)


class Situation(StrEnum):
    """Something whose answer the service does not document, or documents in two ways."""

    MISSING_SCOPE = "missing_scope"
    SERVICE_ACCOUNT_AS_ME = "service_account_as_me"
    UNKNOWN_PATH = "unknown_path"
    UNKNOWN_BOT = "unknown_bot"
    UNKNOWN_USER = "unknown_user"
    UNKNOWN_CHANNEL = "unknown_channel"
    UNKNOWN_RESOURCE = "unknown_resource"
    BOT_NOT_IN_DOMAIN = "bot_not_in_domain"
    BOT_NOT_IN_CHANNEL = "bot_not_in_channel"
    DOMAIN_NOT_ALLOWED = "domain_not_allowed"
    GROUP_JOIN_WITH_SELECTED_MEMBERS = "group_join_with_selected_members"
    SEND_TO_UNKNOWN_USER = "send_to_unknown_user"
    SEND_TO_UNSELECTED_MEMBER = "send_to_unselected_member"
    SEND_TO_SUSPENDED = "send_to_suspended"
    SEND_TO_DELETED = "send_to_deleted"
    SEND_TO_PENDING = "send_to_pending"
    SEND_TO_AWAITING = "send_to_awaiting"
    SEND_TO_ON_LEAVE = "send_to_on_leave"
    SEND_TO_EXTERNAL_KEY = "send_to_external_key"
    ROOM_WITH_UNKNOWN_MEMBER = "room_with_unknown_member"
    MEMBER_ADDED_TWICE = "member_added_twice"
    MESSAGE_WITH_UNKNOWN_FILE = "message_with_unknown_file"
    MENU_WHILE_RICHMENU = "menu_while_richmenu"
    UPLOAD_URL_USED = "upload_url_used"
    UPLOAD_URL_EXPIRED = "upload_url_expired"
    UPLOAD_WITHOUT_BEARER = "upload_without_bearer"
    UPLOAD_WRONG_PART = "upload_wrong_part"
    FILE_NOT_UPLOADED = "file_not_uploaded"
    FILE_EXPIRED = "file_expired"


_FORBIDDEN = "FORBIDDEN"
_DENIED = "ACCESS_DENIED"
_NOT_FOUND = "NOT_FOUND"

# None means: carried out as if nothing were the matter.
DEFAULT_ANSWERS: Mapping[Situation, Answer | None] = {
    # Documented as 403; one integration reports 401 where the app never had the scope.
    Situation.MISSING_SCOPE: Answer(403, _FORBIDDEN, "The access token lacks the scope."),
    Situation.SERVICE_ACCOUNT_AS_ME: Answer(403, _FORBIDDEN, "Not allowed api"),
    Situation.UNKNOWN_PATH: Answer(404, _NOT_FOUND, "The requested API does not exist."),
    Situation.UNKNOWN_BOT: Answer(404, _NOT_FOUND, "The bot does not exist."),
    # The status is documented, the code is not.
    Situation.UNKNOWN_USER: Answer(404, _NOT_FOUND, "The user does not exist."),
    Situation.UNKNOWN_CHANNEL: Answer(404, _NOT_FOUND, "The channel does not exist."),
    Situation.UNKNOWN_RESOURCE: Answer(404, _NOT_FOUND, "The resource does not exist."),
    Situation.BOT_NOT_IN_DOMAIN: Answer(403, _DENIED, "The bot is not registered in the domain."),
    Situation.BOT_NOT_IN_CHANNEL: Answer(403, _DENIED, "Access is denied for the room."),
    Situation.DOMAIN_NOT_ALLOWED: Answer(403, _FORBIDDEN, "The bot is not allowed in the domain."),
    Situation.GROUP_JOIN_WITH_SELECTED_MEMBERS: None,
    Situation.SEND_TO_UNKNOWN_USER: Answer(404, _NOT_FOUND, "The user does not exist."),
    Situation.SEND_TO_UNSELECTED_MEMBER: Answer(403, _DENIED, "The user may not use the bot."),
    Situation.SEND_TO_SUSPENDED: Answer(403, _FORBIDDEN, "The user is suspended."),
    Situation.SEND_TO_DELETED: Answer(410, "DELETED", "The user is deleted."),
    Situation.SEND_TO_PENDING: Answer(403, _FORBIDDEN, "The user is not in use yet."),
    Situation.SEND_TO_AWAITING: Answer(403, _FORBIDDEN, "The user is not in use yet."),
    Situation.SEND_TO_ON_LEAVE: None,
    Situation.SEND_TO_EXTERNAL_KEY: Answer(404, _NOT_FOUND, "The user does not exist."),
    Situation.ROOM_WITH_UNKNOWN_MEMBER: Answer(400, "INVALID_PARAMETER", "members: unknown user."),
    Situation.MEMBER_ADDED_TWICE: Answer(409, "ALREADY_EXIST", "The member was added already."),
    Situation.MESSAGE_WITH_UNKNOWN_FILE: Answer(
        400, "INVALID_PARAMETER", "content: the file does not exist."
    ),
    Situation.MENU_WHILE_RICHMENU: Answer(409, "CONFLICT", "The bot has a rich menu."),
    Situation.UPLOAD_URL_USED: Answer(409, "CONFLICT", "The upload URL was used already."),
    Situation.UPLOAD_URL_EXPIRED: Answer(410, "DELETED", "The upload URL has expired."),
    Situation.UPLOAD_WITHOUT_BEARER: Answer(401, "UNAUTHORIZED", "Authentication failed."),
    Situation.UPLOAD_WRONG_PART: Answer(400, "INVALID_PARAMETER", "The part Filedata is missing."),
    Situation.FILE_NOT_UPLOADED: Answer(404, _NOT_FOUND, "The file does not exist."),
    Situation.FILE_EXPIRED: Answer(404, _NOT_FOUND, "The file does not exist."),
}


class RefusedError(Exception):
    """Ends the handling of one request with a refusal. Never leaves the simulator.

    Attributes:
        answer: What is answered.
        response: The same as it is sent.
        switch: The switch of `Behaviour` that lets the request pass, where the refusal may be
            the simulator's alone; else empty.
    """

    def __init__(self, answer: Answer, *, switch: str = "") -> None:
        self.answer = answer
        self.switch = switch
        self.response: Response = error_response(answer)
        super().__init__(f"{answer.status} {answer.code}")

    def with_headers(self, headers: Mapping[str, str]) -> RefusedError:
        """Return the same refusal with more headers."""
        answer = evolve(self.answer, headers={**self.answer.headers, **headers})
        return RefusedError(answer, switch=self.switch)


def refuse(status: int, code: str, description: str, *, switch: str = "") -> RefusedError:
    """Return the refusal to raise."""
    return RefusedError(Answer(status, code, description), switch=switch)


def json_response(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Response:
    """Return a JSON response."""
    return Response(
        status=status,
        headers={"content-type": "application/json; charset=UTF-8", **(headers or {})},
        content=json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
    )


def empty_response(status: int, headers: Mapping[str, str] | None = None) -> Response:
    """Return a response without a body, as sends and deletions give."""
    return Response(status=status, headers=dict(headers or {}), content=b"")


def error_response(answer: Answer, headers: Mapping[str, str] | None = None) -> Response:
    """Return the documented error body for a refusal."""
    body = {"code": answer.code, "description": answer.description}
    return json_response(answer.status, body, {**answer.headers, **(headers or {})})
