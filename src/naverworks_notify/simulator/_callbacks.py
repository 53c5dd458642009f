"""Callbacks as the service would post them: signed, and never sent anywhere by themselves."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from naverworks_notify.simulator.service import State, Tenant
from naverworks_notify.simulator.service._tenant import Attachment, Channel
from naverworks_notify.wire import Request

__all__ = ["Callbacks"]

# The smallest PNG: what members send when a test does not care.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)


class Callbacks:
    """Makes signed callback requests of one bot, for tests of a callback handler.

    Each method returns the request the service would post; nothing is sent. What a callback
    names is there afterwards: the 1:1 room of a member can be sent to, and a file that a member
    sent can be downloaded, or sent back.
    https://developers.worksmobile.com/kr/docs/bot-callback

    Examples:
        >>> from naverworks_notify.simulator import Simulator
        >>> request = Simulator().callbacks.text("doyoon@example.com", "네, 가능합니다")
        >>> sorted(request.headers)
        ['content-type', 'x-works-botid', 'x-works-signature']
    """

    def __init__(self, state: State, tenant: Tenant, bot_id: int) -> None:
        self._state = state
        self._tenant = tenant
        self._bot_id = bot_id

    def text(
        self, user: str, text: str, *, channel_id: str | None = None, postback: str | None = None
    ) -> Request:
        """A member wrote a text, in the room with the bot or in a channel."""
        content = {"type": "text", "text": text}
        if postback is not None:
            content["postback"] = postback
        return self.message(user, content, channel_id=channel_id)

    def message(
        self,
        user: str,
        content: Mapping[str, Any],
        *,
        channel_id: str | None = None,
        file: bytes = PICTURE,
    ) -> Request:
        """A member sent some content: text, location, sticker, image, file, audio or video.

        Args:
            user: Who.
            content: What, in the service's wire form.
            channel_id: In which room; the 1:1 room when not given.
            file: What stands behind the content's `fileId`, if it has one.
        """
        self._keep_file(content, file)
        source = {"userId": self._user_id(user), "domainId": self._tenant.domain_id}
        if channel_id is not None:
            source["channelId"] = channel_id
        return self._event("message", source, content=dict(content))

    def postback(self, user: str, data: str, *, channel_id: str | None = None) -> Request:
        """A member tapped a postback action.

        Its source names a room even in the 1:1 room, where that of a text names none
        (https://developers.worksmobile.com/kr/docs/bot-callback-postback).
        """
        return self._event("postback", self._both(user, channel_id), data=data)

    def join(self, channel_id: str) -> Request:
        """The bot came into a room."""
        return self._event("join", self._room(channel_id))

    def leave(self, channel_id: str) -> Request:
        """The bot went out of a room."""
        return self._event("leave", self._room(channel_id))

    def joined(self, channel_id: str, users: Iterable[str]) -> Request:
        """Members came into a room."""
        members = [self._user_id(user) for user in users]
        return self._event("joined", self._room(channel_id), members=members)

    def left(self, channel_id: str, users: Iterable[str]) -> Request:
        """Members went out of a room."""
        members = [self._user_id(user) for user in users]
        return self._event("left", self._room(channel_id), members=members)

    def begin(self, user: str) -> Request:
        """The room of a member with the bot began."""
        return self._event("begin", self._both(user, None))

    def end(self, user: str) -> Request:
        """The room of a member with the bot ended; nothing can be sent to it any more."""
        source = self._both(user, None)
        with self._state.lock:
            del self._tenant.bots[self._bot_id].channels[source["channelId"]]
        return self._event("end", source)

    def signed(self, event: Mapping[str, Any]) -> Request:
        """Sign an event of any form, also a wrong one."""
        self._keep_file(event.get("content"), PICTURE)
        text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
        body = text.encode("utf-8", "surrogatepass")  # wrong on purpose, where there is one
        bot = self._tenant.bots[self._bot_id]
        digest = hmac.digest(bot.secret.encode(), body, hashlib.sha256)
        return Request(
            method="POST",
            url=bot.fields.get("callbackUrl") or "https://callback.invalid/",
            headers={
                "content-type": "application/json; charset=UTF-8",
                "x-works-botid": str(self._bot_id),
                "x-works-signature": base64.b64encode(digest).decode(),
            },
            content=body,
        )

    def _event(self, kind: str, source: Mapping[str, Any], **more: Any) -> Request:
        event = {"type": kind, "source": source, "issuedTime": _stamp(self._state.now()), **more}
        return self.signed(event)

    def _user_id(self, address: str) -> str:
        with self._state.lock:
            user = self._tenant.find_user(address)
        return address if user is None else user.user_id

    def _room(self, channel_id: str) -> dict[str, Any]:
        return {"channelId": channel_id, "domainId": self._tenant.domain_id}

    def _both(self, user: str, channel_id: str | None) -> dict[str, Any]:
        user_id = self._user_id(user)
        return {"userId": user_id, **self._room(channel_id or self._private_room(user_id))}

    def _private_room(self, user_id: str) -> str:
        # The room of one member with the bot has an ID of its own, always the same one here.
        channel_id = str(uuid5(NAMESPACE_URL, f"room:{self._bot_id}:{user_id}"))
        with self._state.lock:
            self._tenant.bots[self._bot_id].channels.setdefault(
                channel_id,
                Channel(
                    channel_id=channel_id,
                    domain_id=self._tenant.domain_id,
                    kind="SINGLE_USER",
                    members=[user_id],
                    private=True,
                ),
            )
        return channel_id

    def _keep_file(self, content: object, data: bytes) -> None:
        """Have the file that a content names; the first one of an ID stays."""
        file_id = content.get("fileId") if isinstance(content, Mapping) else None
        if not isinstance(file_id, str) or not file_id:
            return
        file = Attachment(
            file_id=file_id,
            file_name="received.png",
            created_at=self._state.now(),
            upload_token=secrets.token_urlsafe(16),
            content=data,
            life=None,
        )
        with self._state.lock:
            if self._tenant.received_files.setdefault(file_id, file) is file:
                self._state.uploads[file.upload_token] = file


def _stamp(moment: datetime) -> str:
    text = moment.isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")
