"""Groups and their members."""

from __future__ import annotations

from naverworks_notify.directory import Group, GroupMember, read_group, read_group_member
from naverworks_notify.operations._decode import page
from naverworks_notify.operations._lists import MAX_COUNT, list_query, optional_domain
from naverworks_notify.operations._operation import Operation, Page
from naverworks_notify.operations._path import segment
from naverworks_notify.operations._table import ENDPOINTS

__all__ = ["list_groups", "list_members"]


def list_groups(*, domain_id: int | None = None, count: int = MAX_COUNT) -> Operation[Page[Group]]:
    """Read one page of a domain's groups."""
    return Operation(
        endpoint=ENDPOINTS["groups.list"],
        path="/groups",
        query=list_query(count, domainId=optional_domain(domain_id)),
        decode=page("groups", read_group),
    )


def list_members(
    group_id: str, *, domain_id: int | None = None, count: int = MAX_COUNT
) -> Operation[Page[GroupMember]]:
    """Read one page of a group's members."""
    return Operation(
        endpoint=ENDPOINTS["groups.members"],
        path=f"/groups/{segment(group_id, 'group_id')}/members",
        query=list_query(count, domainId=optional_domain(domain_id)),
        decode=page("members", read_group_member),
    )
