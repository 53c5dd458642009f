"""The one table of endpoints: methods, scopes, limits and sources stand here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from naverworks_notify.operations._operation import Effect, Endpoint, Limit

__all__ = ["ENDPOINTS"]

_DOCS = "https://developers.worksmobile.com"
# Where the official page could not be read, these public readings of it are the source.
_MIRAIUS = "https://github.com/Miraius-LLC/worksmobile-message-bot"

_BOT = ("bot",)
_BOT_READ = ("bot", "bot.read")
_MESSAGE = ("bot.message", "bot")
_MESSAGE_READ = ("bot.message", "bot", "bot.read")
_USER = ("user", "user.read", "directory", "directory.read")
_PROFILE = (*_USER, "user.profile.read", "user.email.read")
_GROUP = ("group", "group.read", "directory", "directory.read")
_ORGUNIT = ("orgunit", "orgunit.read", "directory", "directory.read")
_DIRECTORY = ("directory", "directory.read")
_UNDOCUMENTED: tuple[str, ...] = ()


def _row(  # noqa: PLR0917 - a table reads best in positional columns
    name: str,
    method: str,
    template: str,
    scopes: tuple[str, ...],
    success: int,
    effect: Effect,
    source: str,
    *,
    limit: Limit = Limit.STANDARD,
    serial: bool = False,
) -> Endpoint:
    return Endpoint(
        name=name,
        method=method,
        template=template,
        scopes=scopes,
        success=(success,),
        effect=effect,
        limit=limit,
        serial=serial,
        source=source if source.startswith("https:") else f"{_DOCS}/{source}",
    )


_READ, _SEND, _MANAGE = Effect.READ, Effect.SEND, Effect.MANAGE
_BOTS = "/bots/{botId}"
_DOMAIN = "/bots/{botId}/domains/{domainId}"
_MENU = "/bots/{botId}/persistentmenu"
_RICH = "/bots/{botId}/richmenus"

_ROWS = (
    _row("bots.create", "POST", "/bots", _BOT, 201, _MANAGE, "en/docs/bot-create", serial=True),
    _row("bots.list", "GET", "/bots", _BOT_READ, 200, _READ, "en/docs/bot-list"),
    _row("bots.get", "GET", _BOTS, _BOT_READ, 200, _READ, "kr/docs/bot-get"),
    _row("bots.update", "PUT", _BOTS, _BOT, 200, _MANAGE, "kr/docs/bot-delete", serial=True),
    _row("bots.patch", "PATCH", _BOTS, _BOT, 200, _MANAGE, "kr/docs/bot-update-patch", serial=True),
    _row("bots.delete", "DELETE", _BOTS, _BOT, 204, _MANAGE, "kr/docs/bot-delete", serial=True),
    _row("bots.issue_secret", "POST", f"{_BOTS}/secret", _BOT, 200, _MANAGE, "kr/docs/bot-secret-issue", serial=True),
    _row("bots.domains.register", "POST", _DOMAIN, _BOT, 201, _MANAGE, "kr/docs/bot-domain-register", serial=True),
    _row("bots.domains.list", "GET", f"{_BOTS}/domains", _BOT_READ, 200, _READ, "en/docs/bot-domain-list"),
    _row("bots.domains.update", "PUT", _DOMAIN, _BOT, 200, _MANAGE, "kr/docs/bot-delete", serial=True),
    _row("bots.domains.patch", "PATCH", _DOMAIN, _BOT, 200, _MANAGE, "kr/docs/bot-domain-update-patch", serial=True),
    _row("bots.domains.delete", "DELETE", _DOMAIN, _BOT, 204, _MANAGE, "en/docs/bot-domain-delete", serial=True),
    _row("bots.domains.members.add", "POST", f"{_DOMAIN}/members", _BOT, 201, _MANAGE, "kr/docs/bot-domain-member-create", serial=True),
    _row("bots.domains.members.list", "GET", f"{_DOMAIN}/members", _BOT_READ, 200, _READ, "en/docs/bot-domain-member-list"),
    _row("bots.domains.members.delete", "DELETE", f"{_DOMAIN}/members/{{userId}}", _BOT, 204, _MANAGE, "en/docs/bot-domain-member-delete", serial=True),
    _row("channels.create", "POST", f"{_BOTS}/channels", _MESSAGE, 201, _MANAGE, "kr/docs/bot-channel-create", limit=Limit.ROOM),
    _row("channels.get", "GET", f"{_BOTS}/channels/{{channelId}}", _MESSAGE_READ, 200, _READ, "kr/docs/bot-channel-get"),
    _row("channels.leave", "DELETE", f"{_BOTS}/channels/{{channelId}}", _MESSAGE, 204, _MANAGE, "kr/docs/bot-channel-leave"),
    _row("channels.members", "GET", f"{_BOTS}/channels/{{channelId}}/members", _MESSAGE_READ, 200, _READ, "kr/docs/bot-channel-member-list"),
    _row("messages.send_to_user", "POST", f"{_BOTS}/users/{{userId}}/messages", _MESSAGE, 201, _SEND, "kr/docs/bot-user-message-send"),
    _row("messages.send_to_channel", "POST", f"{_BOTS}/channels/{{channelId}}/messages", _MESSAGE, 201, _SEND, "jp/docs/bot-channel-message-send"),
    _row("attachments.create", "POST", f"{_BOTS}/attachments", _MESSAGE, 200, _MANAGE, "kr/docs/bot-attachment-create"),
    _row("attachments.download_url", "GET", f"{_BOTS}/attachments/{{fileId}}", _MESSAGE, 302, _READ, "kr/docs/bot-attachment-get"),
    _row("menus.create", "POST", _MENU, _MESSAGE, 201, _MANAGE, "kr/docs/bot-persistentmenu-create"),
    _row("menus.get", "GET", _MENU, _MESSAGE_READ, 200, _READ, "en/docs/bot-persistentmenu-get"),
    _row("menus.delete", "DELETE", _MENU, _MESSAGE, 204, _MANAGE, "kr/docs/bot-api"),
    _row("richmenus.create", "POST", _RICH, _MESSAGE, 201, _MANAGE, "kr/docs/bot-richmenu-create"),
    _row("richmenus.list", "GET", _RICH, _MESSAGE_READ, 200, _READ, "kr/docs/bot-richmenu-list"),
    _row("richmenus.get", "GET", f"{_RICH}/{{richmenuId}}", _UNDOCUMENTED, 200, _READ, _MIRAIUS),
    _row("richmenus.delete", "DELETE", f"{_RICH}/{{richmenuId}}", _UNDOCUMENTED, 204, _MANAGE, _MIRAIUS),
    _row("richmenus.set_image", "POST", f"{_RICH}/{{richmenuId}}/image", _MESSAGE, 204, _MANAGE, "kr/docs/bot-richmenu-image-set"),
    _row("richmenus.get_image", "GET", f"{_RICH}/{{richmenuId}}/image", _MESSAGE_READ, 200, _READ, "en/docs/bot-richmenu-image-get"),
    _row("richmenus.set_user", "POST", f"{_RICH}/{{richmenuId}}/users/{{userId}}", _MESSAGE, 204, _MANAGE, "kr/docs/bot-richmenu-user-set"),
    _row("richmenus.get_user", "GET", f"{_RICH}/users/{{userId}}", _MESSAGE_READ, 200, _READ, "kr/docs/bot-richmenu-user-get"),
    _row("richmenus.delete_user", "DELETE", f"{_RICH}/users/{{userId}}", _UNDOCUMENTED, 204, _MANAGE, _MIRAIUS),
    _row("richmenus.set_default", "POST", f"{_RICH}/{{richmenuId}}/set-default", _MESSAGE, 201, _MANAGE, "kr/docs/bot-default-richmenu-set"),
    _row("richmenus.get_default", "GET", f"{_RICH}/default", _MESSAGE_READ, 200, _READ, "kr/docs/bot-default-richmenu-get"),
    _row("richmenus.delete_default", "DELETE", f"{_RICH}/default", _UNDOCUMENTED, 204, _MANAGE, _MIRAIUS),
    _row("users.list", "GET", "/users", _USER, 200, _READ, "en/docs/user-list"),
    _row("users.get", "GET", "/users/{userId}", _PROFILE, 200, _READ, "jp/docs/user-get"),
    _row("users.external_keys", "GET", "/users/external-keys", _DIRECTORY, 200, _READ, "jp/docs/user-external-key-list"),
    _row("users.set_external_keys", "POST", "/users/external-keys", ("directory",), 204, _MANAGE, "en/docs/user-external-key-create"),
    _row("groups.list", "GET", "/groups", _GROUP, 200, _READ, "en/docs/group-list"),
    _row("groups.members", "GET", "/groups/{groupId}/members", _GROUP, 200, _READ, "jp/docs/group-member-list"),
    _row("orgunits.list", "GET", "/orgunits", _ORGUNIT, 200, _READ, "en/docs/orgunit-list"),
    _row("orgunits.members", "GET", "/orgunits/{orgUnitId}/members", _ORGUNIT, 200, _READ, "jp/docs/orgunit-member-list"),
    _row("directory.levels", "GET", "/directory/levels", _DIRECTORY, 200, _READ, "jp/docs/directory-level-list"),
    _row("directory.positions", "GET", "/directory/positions", _DIRECTORY, 200, _READ, "jp/docs/directory-position-list"),
    _row("directory.user_types", "GET", "/directory/user-types", _DIRECTORY, 200, _READ, "en/docs/directory-user-type-list"),
    # Not an API of the versioned base: the address comes from attachments.create, works once.
    _row("attachments.put", "POST", "{uploadUrl}", _MESSAGE, 200, _MANAGE, "en/docs/file-upload"),
)  # fmt: skip

ENDPOINTS: Mapping[str, Endpoint] = MappingProxyType({row.name: row for row in _ROWS})
"""Every endpoint by name, in the order of the service's own pages."""
