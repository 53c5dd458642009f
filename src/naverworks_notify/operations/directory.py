"""Levels, positions and user types."""

from __future__ import annotations

from naverworks_notify.directory import (
    Level,
    Position,
    UserType,
    read_level,
    read_position,
    read_user_type,
)
from naverworks_notify.operations._decode import page
from naverworks_notify.operations._lists import MAX_COUNT, list_query, optional_domain
from naverworks_notify.operations._operation import Operation, Page
from naverworks_notify.operations._table import ENDPOINTS

__all__ = ["list_levels", "list_positions", "list_user_types"]


def list_levels(*, domain_id: int | None = None, count: int = MAX_COUNT) -> Operation[Page[Level]]:
    """Read one page of a domain's levels."""
    return Operation(
        endpoint=ENDPOINTS["directory.levels"],
        path="/directory/levels",
        query=list_query(count, domainId=optional_domain(domain_id)),
        decode=page("levels", read_level),
    )


def list_positions(
    *, domain_id: int | None = None, count: int = MAX_COUNT
) -> Operation[Page[Position]]:
    """Read one page of a domain's positions."""
    return Operation(
        endpoint=ENDPOINTS["directory.positions"],
        path="/directory/positions",
        query=list_query(count, domainId=optional_domain(domain_id)),
        decode=page("positions", read_position),
    )


def list_user_types(
    *, domain_id: int | None = None, count: int = MAX_COUNT
) -> Operation[Page[UserType]]:
    """Read one page of a domain's user types."""
    return Operation(
        endpoint=ENDPOINTS["directory.user_types"],
        path="/directory/user-types",
        query=list_query(count, domainId=optional_domain(domain_id)),
        decode=page("userTypes", read_user_type),
    )
