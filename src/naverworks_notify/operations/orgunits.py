"""Organisational units and their members."""

from __future__ import annotations

from naverworks_notify.directory import (
    OrgUnit,
    OrgUnitMember,
    read_org_unit,
    read_org_unit_member,
)
from naverworks_notify.operations._decode import page
from naverworks_notify.operations._lists import MAX_COUNT, list_query, optional_domain
from naverworks_notify.operations._operation import Operation, Page
from naverworks_notify.operations._path import segment
from naverworks_notify.operations._table import ENDPOINTS

__all__ = ["list_members", "list_orgunits"]


def list_orgunits(
    *, domain_id: int | None = None, count: int = MAX_COUNT
) -> Operation[Page[OrgUnit]]:
    """Read one page of a domain's units."""
    return Operation(
        endpoint=ENDPOINTS["orgunits.list"],
        path="/orgunits",
        query=list_query(count, domainId=optional_domain(domain_id)),
        decode=page("orgUnits", read_org_unit),
    )


def list_members(
    org_unit_id: str, *, domain_id: int | None = None, count: int = MAX_COUNT
) -> Operation[Page[OrgUnitMember]]:
    """Read one page of a unit's members."""
    return Operation(
        endpoint=ENDPOINTS["orgunits.members"],
        path=f"/orgunits/{segment(org_unit_id, 'org_unit_id')}/members",
        query=list_query(count, domainId=optional_domain(domain_id)),
        decode=page("members", read_org_unit_member),
    )
