# Generated from client/_async/directory.py by scripts/generate_sync.py; change that one.
"""Groups, organisational units, levels, positions and user types."""

from __future__ import annotations

from collections.abc import Iterator

from naverworks_notify.client._sync.runner import Resource
from naverworks_notify.directory import (
    Group,
    GroupMember,
    Level,
    OrgUnit,
    OrgUnitMember,
    Position,
    UserType,
)
from naverworks_notify.operations import directory

__all__ = ["Directory", "Groups", "OrgUnits"]


class Groups(Resource):
    """Groups of the organisation."""

    __slots__ = ()

    def list(self, *, domain_id: int | None = None, count: int = 100) -> Iterator[Group]:
        """Return an iterator over a domain's groups.

        Args:
            domain_id: The domain; by default the one of the authorisation.
            count: Groups in a page, 1 to 100.
        """
        return self._runner.pages(directory.list_groups(domain_id=domain_id, count=count))

    def members(
        self, group_id: str, *, domain_id: int | None = None, count: int = 100
    ) -> Iterator[GroupMember]:
        """Return an iterator over a group's direct members: users, units and groups.

        Args:
            group_id: The group's id.
            domain_id: The domain; by default the one of the authorisation.
            count: Members in a page, 1 to 100.
        """
        return self._runner.pages(
            directory.list_group_members(group_id, domain_id=domain_id, count=count)
        )


class OrgUnits(Resource):
    """Units of the organisation (조직)."""

    __slots__ = ()

    def list(self, *, domain_id: int | None = None, count: int = 100) -> Iterator[OrgUnit]:
        """Return an iterator over a domain's units.

        Args:
            domain_id: The domain; by default the one of the authorisation.
            count: Units in a page, 1 to 100.
        """
        return self._runner.pages(directory.list_orgunits(domain_id=domain_id, count=count))

    def members(
        self, org_unit_id: str, *, domain_id: int | None = None, count: int = 100
    ) -> Iterator[OrgUnitMember]:
        """Return an iterator over a unit's direct members.

        Args:
            org_unit_id: The unit's id.
            domain_id: The domain; by default the one of the authorisation.
            count: Members in a page, 1 to 100.
        """
        return self._runner.pages(
            directory.list_unit_members(org_unit_id, domain_id=domain_id, count=count)
        )


class Directory(Resource):
    """Levels, positions and user types; each must be in use in the domain."""

    __slots__ = ()

    def levels(self, *, domain_id: int | None = None, count: int = 100) -> Iterator[Level]:
        """Return an iterator over a domain's levels (직급).

        Args:
            domain_id: The domain; by default the one of the authorisation.
            count: Levels in a page, 1 to 100.
        """
        return self._runner.pages(directory.list_levels(domain_id=domain_id, count=count))

    def positions(self, *, domain_id: int | None = None, count: int = 100) -> Iterator[Position]:
        """Return an iterator over a domain's positions (직책).

        Args:
            domain_id: The domain; by default the one of the authorisation.
            count: Positions in a page, 1 to 100.
        """
        return self._runner.pages(directory.list_positions(domain_id=domain_id, count=count))

    def user_types(self, *, domain_id: int | None = None, count: int = 100) -> Iterator[UserType]:
        """Return an iterator over a domain's user types (이용권한 유형).

        Args:
            domain_id: The domain; by default the one of the authorisation.
            count: User types in a page, 1 to 100.
        """
        return self._runner.pages(directory.list_user_types(domain_id=domain_id, count=count))
