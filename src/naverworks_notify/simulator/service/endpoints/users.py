"""Members: read, listed, and their external keys.

https://developers.worksmobile.com/en/docs/user-list,
https://developers.worksmobile.com/jp/docs/user-get,
https://developers.worksmobile.com/jp/docs/user-external-key-list,
https://developers.worksmobile.com/en/docs/user-external-key-create
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from attrs import evolve

from naverworks_notify.simulator.service._answers import empty_response, json_response, refuse
from naverworks_notify.simulator.service._checks import whole_number
from naverworks_notify.simulator.service._paging import page_of
from naverworks_notify.simulator.service._people import SimulatedUser
from naverworks_notify.simulator.service._routing import Call, Handler
from naverworks_notify.wire import Response

__all__ = ["HANDLERS"]

MOST_KEYS = 50
LONGEST_KEY = 100
FORBIDDEN = frozenset("%\\#/?")

FULL = ("user", "user.read", "directory", "directory.read")


def list_users(call: Call) -> Response:
    """List the members of a domain."""
    users = call.tenant.listed_users(
        domain_asked(call), call.now, with_deleted=call.state.behaviour.list_deleted_users
    )
    users = _ordered(call, users)
    page, meta = page_of(users, call.query, default=100, last=call.state.behaviour.last_page_cursor)
    items = [user.to_dict(domain_id=call.tenant.domain_id, now=call.now) for user in page]
    return json_response(200, {"users": items, "responseMetaData": meta})


def _ordered(call: Call, users: Sequence[SimulatedUser]) -> Sequence[SimulatedUser]:
    order = call.query.get("orderBy", "CREATED_TIME")
    direction = call.query.get("sortOrder", "ASCENDING")
    if order not in {"NAME", "CREATED_TIME"}:
        raise refuse(400, "INVALID_PARAMETER", "orderBy must be NAME or CREATED_TIME.")
    if direction not in {"ASCENDING", "DESCENDING"}:
        raise refuse(400, "INVALID_PARAMETER", "sortOrder must be ASCENDING or DESCENDING.")
    filtered = call.query.get("searchFilterType")
    if filtered is not None:
        if filtered != "VIP":
            raise refuse(400, "INVALID_PARAMETER", "searchFilterType must be VIP.")
        # Nobody is a favourite of a service account.
        return []
    if order == "NAME":
        users = sorted(users, key=lambda user: user.display_name)
    return users[::-1] if direction == "DESCENDING" else users


def get_user(call: Call) -> Response:
    """Return one member, in one of three shapes: the token's scopes choose."""
    user = call.user()
    if call.tenant.is_gone(user, call.now):
        raise refuse(404, "NOT_FOUND", "The user does not exist.")
    if call.scopes & set(FULL):
        body: dict[str, Any] = user.to_dict(domain_id=call.tenant.domain_id, now=call.now)
    elif "user.profile.read" in call.scopes:
        body = user.to_profile(domain_id=call.tenant.domain_id)
    else:
        body = {"userId": user.user_id, "email": user.email}
    return json_response(200, body)


def domain_asked(call: Call) -> int:
    """Return the domain a list is asked for; by default the one of the authorisation."""
    text = call.query.get("domainId")
    if text is None:
        return call.app.domain_id
    domain_id = whole_number(text)
    if domain_id is None:
        raise refuse(400, "INVALID_PARAMETER", "domainId must be an integer.")
    if domain_id not in call.tenant.domains:
        raise refuse(403, "FORBIDDEN", "The domain is not accessible.")
    return domain_id


def list_keys(call: Call) -> Response:
    """List the members of a domain with their external keys."""
    domain_id = domain_asked(call)
    users = call.tenant.listed_users(domain_id, call.now, with_deleted=False)
    wanted = call.query.get("hasExternalKey")
    if wanted not in {None, "true", "false"}:
        raise refuse(400, "INVALID_PARAMETER", "hasExternalKey must be true or false.")
    if wanted is not None:
        users = [user for user in users if (user.external_key is not None) is (wanted == "true")]
    page, meta = page_of(users, call.query, default=100, last=call.state.behaviour.last_page_cursor)
    items = [
        {
            "domainId": domain_id,
            "name": user.display_name,
            "email": user.email,
            "id": user.user_id,
            "externalKey": user.external_key,
        }
        for user in page
    ]
    return json_response(200, {"users": items, "responseMetaData": meta})


def set_keys(call: Call) -> Response:
    """Set or delete up to 50 members' keys: all of them, or none."""
    items = call.json_object().get("users")
    if not isinstance(items, list) or not 1 <= len(items) <= MOST_KEYS:
        raise refuse(400, "INVALID_PARAMETER", "users must hold 1 to 50 items.")
    changes = [_read_change(call, item, f"users[{i}]") for i, item in enumerate(items)]
    final = {user.user_id: user.external_key for user in call.tenant.users.values()}
    final.update({user.user_id: key for user, key in changes})
    keys = [key for key in final.values() if key is not None]
    if len(set(keys)) != len(keys):
        raise refuse(409, "ALREADY_EXIST", "The external key is in use.")
    # Taken away first, so that two members can swap their keys in one call.
    for user, _ in changes:
        call.tenant.put_user(evolve(user, external_key=None))
    for user, key in changes:
        call.tenant.put_user(evolve(user, external_key=key))
    return empty_response(204)


def _read_change(call: Call, item: Any, path: str) -> tuple[SimulatedUser, str | None]:
    if not isinstance(item, dict) or not isinstance(item.get("id"), str):
        raise refuse(400, "MISSING_PARAMETER", f"{path}.id is required.")
    key = item.get("externalKey")
    if key is not None and (
        not isinstance(key, str)
        or not 1 <= len(key) <= LONGEST_KEY
        or not FORBIDDEN.isdisjoint(key)
    ):
        raise refuse(400, "INVALID_PARAMETER", f"{path}.externalKey is not valid.")
    user = call.tenant.find_user(item["id"])
    if user is None:
        raise refuse(404, "NOT_FOUND", "The user does not exist.")
    return user, key


HANDLERS: Mapping[str, Handler] = {
    "users.list": list_users,
    "users.get": get_user,
    "users.external_keys": list_keys,
    "users.set_external_keys": set_keys,
}
