"""`works.groups`."""

from __future__ import annotations

from collections.abc import AsyncIterator

from naverworks_notify.client._async.resource import AsyncResource
from naverworks_notify.directory import Group, GroupMember
from naverworks_notify.operations import groups

__all__ = ["AsyncGroups"]


class AsyncGroups(AsyncResource):
    """Groups of the organisation."""

    __slots__ = ()

    def list(self, *, domain_id: int | None = None, count: int = 100) -> AsyncIterator[Group]:
        """Return an iterator over a domain's groups.

        Args:
            domain_id: The domain; by default the one of the authorisation.
            count: Groups in a page, 1 to 100.
        """
        return self._runner.pages(groups.list_groups(domain_id=domain_id, count=count))

    def members(
        self, group_id: str, *, domain_id: int | None = None, count: int = 100
    ) -> AsyncIterator[GroupMember]:
        """Return an iterator over a group's direct members: users, units and groups.

        Args:
            group_id: The group's id.
            domain_id: The domain; by default the one of the authorisation.
            count: Members in a page, 1 to 100.
        """
        return self._runner.pages(groups.list_members(group_id, domain_id=domain_id, count=count))
