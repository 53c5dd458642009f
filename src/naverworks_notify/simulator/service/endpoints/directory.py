"""Groups, organisational units, levels, positions and user types.

https://developers.worksmobile.com/en/docs/group-list,
https://developers.worksmobile.com/en/docs/orgunit-list,
https://developers.worksmobile.com/jp/docs/directory-level-list
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from naverworks_notify.simulator.service._answers import json_response
from naverworks_notify.simulator.service._paging import page_of
from naverworks_notify.simulator.service._routing import Call, Route
from naverworks_notify.simulator.service.endpoints.users import domain_asked
from naverworks_notify.wire import Response

__all__ = ["ROUTES"]

GROUP = ("group", "group.read", "directory", "directory.read")
ORG_UNIT = ("orgunit", "orgunit.read", "directory", "directory.read")
DIRECTORY = ("directory", "directory.read")


def _page(call: Call, key: str, items: Sequence[dict[str, Any]]) -> Response:
    page, meta = page_of(
        items, call.query, default=100, last=call.service.behaviour.last_page_cursor
    )
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


ROUTES = (
    Route(
        "groups.list",
        "GET",
        "/groups",
        GROUP,
        _lister("groups", lambda call: tuple(call.tenant.groups.values())),
    ),
    Route("groups.members", "GET", "/groups/{group_id}/members", GROUP, group_members),
    Route(
        "orgunits.list",
        "GET",
        "/orgunits",
        ORG_UNIT,
        _lister("orgUnits", lambda call: tuple(call.tenant.org_units.values())),
    ),
    Route(
        "orgunits.members",
        "GET",
        "/orgunits/{org_unit_id}/members",
        ORG_UNIT,
        org_unit_members,
    ),
    Route(
        "directory.levels",
        "GET",
        "/directory/levels",
        DIRECTORY,
        _lister("levels", lambda call: call.tenant.levels),
    ),
    Route(
        "directory.positions",
        "GET",
        "/directory/positions",
        DIRECTORY,
        _lister("positions", lambda call: call.tenant.positions),
    ),
    Route(
        "directory.user_types",
        "GET",
        "/directory/user-types",
        DIRECTORY,
        _lister("userTypes", lambda call: call.tenant.user_types),
    ),
)
