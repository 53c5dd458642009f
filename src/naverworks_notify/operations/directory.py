"""Groups, organisational units, levels, positions and user types."""

from __future__ import annotations

from naverworks_notify.directory import (
    Group,
    GroupMember,
    Level,
    OrgUnit,
    OrgUnitMember,
    Position,
    UserType,
)
from naverworks_notify.operations._operation import (
    MAX_COUNT,
    Operation,
    Page,
    list_query,
    optional_domain,
    segment,
    value_page,
)
from naverworks_notify.operations._table import ENDPOINTS

__all__ = [
    "list_group_members",
    "list_groups",
    "list_levels",
    "list_orgunits",
    "list_positions",
    "list_unit_members",
    "list_user_types",
]


def list_groups(*, domain_id: int | None = None, count: int = MAX_COUNT) -> Operation[Page[Group]]:
    """Read one page of a domain's groups."""
    return Operation(
        endpoint=ENDPOINTS["groups.list"],
        path="/groups",
        query=list_query(count, domainId=optional_domain(domain_id)),
        decode=value_page("groups", Group),
    )


def list_group_members(
    group_id: str, *, domain_id: int | None = None, count: int = MAX_COUNT
) -> Operation[Page[GroupMember]]:
    """Read one page of a group's members."""
    return Operation(
        endpoint=ENDPOINTS["groups.members"],
        path=f"/groups/{segment(group_id, 'group_id')}/members",
        query=list_query(count, domainId=optional_domain(domain_id)),
        decode=value_page("members", GroupMember),
    )


def list_orgunits(
    *, domain_id: int | None = None, count: int = MAX_COUNT
) -> Operation[Page[OrgUnit]]:
    """Read one page of a domain's units."""
    return Operation(
        endpoint=ENDPOINTS["orgunits.list"],
        path="/orgunits",
        query=list_query(count, domainId=optional_domain(domain_id)),
        decode=value_page("orgUnits", OrgUnit),
    )


def list_unit_members(
    org_unit_id: str, *, domain_id: int | None = None, count: int = MAX_COUNT
) -> Operation[Page[OrgUnitMember]]:
    """Read one page of a unit's members."""
    return Operation(
        endpoint=ENDPOINTS["orgunits.members"],
        path=f"/orgunits/{segment(org_unit_id, 'org_unit_id')}/members",
        query=list_query(count, domainId=optional_domain(domain_id)),
        decode=value_page("members", OrgUnitMember),
    )


def list_levels(*, domain_id: int | None = None, count: int = MAX_COUNT) -> Operation[Page[Level]]:
    """Read one page of a domain's levels."""
    return Operation(
        endpoint=ENDPOINTS["directory.levels"],
        path="/directory/levels",
        query=list_query(count, domainId=optional_domain(domain_id)),
        decode=value_page("levels", Level),
    )


def list_positions(
    *, domain_id: int | None = None, count: int = MAX_COUNT
) -> Operation[Page[Position]]:
    """Read one page of a domain's positions."""
    return Operation(
        endpoint=ENDPOINTS["directory.positions"],
        path="/directory/positions",
        query=list_query(count, domainId=optional_domain(domain_id)),
        decode=value_page("positions", Position),
    )


def list_user_types(
    *, domain_id: int | None = None, count: int = MAX_COUNT
) -> Operation[Page[UserType]]:
    """Read one page of a domain's user types."""
    return Operation(
        endpoint=ENDPOINTS["directory.user_types"],
        path="/directory/user-types",
        query=list_query(count, domainId=optional_domain(domain_id)),
        decode=value_page("userTypes", UserType),
    )
