"""External keys: the caller's own keys of members, listed and set in bulk.

https://developers.worksmobile.com/jp/docs/user-external-key-list,
https://developers.worksmobile.com/en/docs/user-external-key-create
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from naverworks_notify.simulator.service._answers import empty_response, json_response, refuse
from naverworks_notify.simulator.service._paging import page_of
from naverworks_notify.simulator.service._people import SimulatedUser
from naverworks_notify.simulator.service._routing import Call, Handler
from naverworks_notify.simulator.service.endpoints.users import domain_asked
from naverworks_notify.wire import Response

__all__ = ["HANDLERS"]

MOST_KEYS = 50
LONGEST_KEY = 100
FORBIDDEN = frozenset("%\\#/?")


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
    "users.external_keys": list_keys,
    "users.set_external_keys": set_keys,
}
