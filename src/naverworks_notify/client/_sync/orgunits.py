# Generated from client/_async/orgunits.py by scripts/generate_sync.py; change that one.
"""`works.orgunits`."""

from __future__ import annotations

from collections.abc import Iterator

from naverworks_notify.client._sync.resource import Resource
from naverworks_notify.directory import OrgUnit, OrgUnitMember
from naverworks_notify.operations import orgunits

__all__ = ["OrgUnits"]


class OrgUnits(Resource):
    """Units of the organisation (조직)."""

    __slots__ = ()

    def list(self, *, domain_id: int | None = None, count: int = 100) -> Iterator[OrgUnit]:
        """Return an iterator over a domain's units.

        Args:
            domain_id: The domain; by default the one of the authorisation.
            count: Units in a page, 1 to 100.
        """
        return self._runner.pages(orgunits.list_orgunits(domain_id=domain_id, count=count))

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
            orgunits.list_members(org_unit_id, domain_id=domain_id, count=count)
        )
