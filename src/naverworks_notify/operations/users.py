"""Members of the organisation and their external keys."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from naverworks_notify.directory import (
    ExternalKey,
    User,
)
from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.operations._operation import (
    MAX_COUNT,
    Operation,
    Page,
    json_content,
    list_query,
    nothing,
    optional_domain,
    segment,
    user_segment,
    value_of,
    value_page,
)
from naverworks_notify.operations._table import ENDPOINTS
from naverworks_notify.validation import Violations

__all__ = [
    "KEYS_PER_CALL",
    "UserOrder",
    "get",
    "list_external_keys",
    "list_users",
    "set_external_keys",
]

KEYS_PER_CALL = 50
"""External keys that one call may set."""

_MAX_KEY_LENGTH = 100
_FORBIDDEN_IN_KEYS = frozenset("%\\#/?")


class UserOrder(StrEnum):
    """By what a list of members is ordered."""

    NAME = "NAME"
    CREATED_TIME = "CREATED_TIME"


def get(user_id: str) -> Operation[User]:
    """Read one member by resource id, e-mail address or `externalKey:...`."""
    return Operation(
        endpoint=ENDPOINTS["users.get"],
        path=f"/users/{user_segment(user_id)}",
        decode=value_of(User),
    )


def list_users(
    *,
    domain_id: int | None = None,
    count: int = MAX_COUNT,
    order_by: UserOrder | None = None,
    descending: bool | None = None,
) -> Operation[Page[User]]:
    """Read one page of a domain's members."""
    return Operation(
        endpoint=ENDPOINTS["users.list"],
        path="/users",
        query=list_query(
            count,
            domainId=optional_domain(domain_id),
            orderBy=None if order_by is None else _order(order_by),
            sortOrder=None if descending is None else ("DESCENDING" if descending else "ASCENDING"),
        ),
        decode=value_page("users", User),
    )


def _order(order_by: UserOrder) -> str:
    if order_by in tuple(UserOrder):  # which asks for no hash of whatever is given
        return UserOrder(order_by).value
    raise InvalidValue(violations=(Violation("order_by", "enum", "must be NAME or CREATED_TIME."),))


def list_external_keys(
    *, domain_id: int | None = None, count: int = MAX_COUNT, has_external_key: bool | None = None
) -> Operation[Page[ExternalKey]]:
    """Read one page of members' external keys."""
    return Operation(
        endpoint=ENDPOINTS["users.external_keys"],
        path="/users/external-keys",
        query=list_query(
            count, domainId=optional_domain(domain_id), hasExternalKey=has_external_key
        ),
        decode=value_page("users", ExternalKey),
    )


def set_external_keys(keys: Mapping[str, str | None]) -> tuple[Operation[None], ...]:
    """Set or delete external keys, 50 in a call.

    Raises:
        InvalidValue: A user id that cannot be one, or a key that is empty, longer than 100
            characters, or holds one of the characters the service refuses.
    """
    violations = Violations()
    given: Any = keys
    if not isinstance(given, Mapping):
        violations.add("keys", "type", "must be a mapping of user ids to keys.")
        violations.raise_as(InvalidValue)
    for user_id, key in keys.items():
        try:
            segment(user_id, "user_id")
        except InvalidValue as error:
            violations.add_from("", error)
        if key is None:
            continue
        if type(key) is not str or not 1 <= len(key) <= _MAX_KEY_LENGTH:
            violations.add("external_key", "length", "must be a string of 1 to 100 characters.")
        elif _FORBIDDEN_IN_KEYS & set(key):
            violations.add("external_key", "characters", r"must not hold % \ # / or ?.")
    violations.raise_as(InvalidValue)
    items = [{"id": user_id, "externalKey": key} for user_id, key in keys.items()]
    return tuple(
        Operation(
            endpoint=ENDPOINTS["users.set_external_keys"],
            path="/users/external-keys",
            content=json_content({"users": items[start : start + KEYS_PER_CALL]}),
            decode=nothing,
        )
        for start in range(0, len(items), KEYS_PER_CALL)
    )
