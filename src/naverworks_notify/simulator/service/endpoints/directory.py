"""Groups, organisational units, levels, positions and user types.

https://developers.worksmobile.com/en/docs/group-list,
https://developers.worksmobile.com/en/docs/orgunit-list,
https://developers.worksmobile.com/jp/docs/directory-level-list
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from naverworks_notify.simulator.service._answers import json_response
from naverworks_notify.simulator.service._paging import page_of
from naverworks_notify.simulator.service._routing import Call, Handler
from naverworks_notify.simulator.service.endpoints.users import domain_asked
from naverworks_notify.wire import Response

__all__ = ["HANDLERS"]


def _page(call: Call, key: str, items: Sequence[dict[str, Any]]) -> Response:
    page, meta = page_of(items, call.query, default=100, last=call.state.behaviour.last_page_cursor)
    return json_response(200, {key: list(page), "responseMetaData": meta})


def _lister(
    key: str, items_of: Callable[[Call], Sequence[dict[str, Any]]]
) -> Callable[[Call], Response]:
    def handler(call: Call) -> Response:
        domain_id = domain_asked(call)
        items = [item for item in items_of(call) if item["domainId"] == domain_id]
        return _page(call, key, items)

    return handler


def group_members(call: Call) -> Response:
    """List a group's members: users, organisational units and groups."""
    group = call.tenant.groups.get(call.parameters["group_id"])
    if group is None:
        raise call.missing()
    return _page(call, "members", group["members"])


def org_unit_members(call: Call) -> Response:
    """List the members of an organisational unit."""
    found = call.tenant.org_unit_members.get(call.parameters["org_unit_id"])
    if found is None:
        raise call.missing()
    return _page(call, "members", found)


HANDLERS: Mapping[str, Handler] = {
    "groups.list": _lister("groups", lambda call: tuple(call.tenant.groups.values())),
    "groups.members": group_members,
    "orgunits.list": _lister("orgUnits", lambda call: tuple(call.tenant.org_units.values())),
    "orgunits.members": org_unit_members,
    "directory.levels": _lister("levels", lambda call: call.tenant.levels),
    "directory.positions": _lister("positions", lambda call: call.tenant.positions),
    "directory.user_types": _lister("userTypes", lambda call: call.tenant.user_types),
}
