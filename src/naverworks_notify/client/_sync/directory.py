# Generated from client/_async/directory.py by scripts/generate_sync.py; change that one.
"""`works.directory`."""

from __future__ import annotations

from collections.abc import Iterator

from naverworks_notify.client._sync.resource import Resource
from naverworks_notify.directory import Level, Position, UserType
from naverworks_notify.operations import directory

__all__ = ["Directory"]


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
