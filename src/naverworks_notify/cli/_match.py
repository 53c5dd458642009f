"""Stand-in until members land."""

from __future__ import annotations

from typing import TYPE_CHECKING

from naverworks_notify.directory import Match
from naverworks_notify.policy import Person

if TYPE_CHECKING:
    from naverworks_notify.client import Client


class Snapshot:
    def __init__(self, works: Client) -> None:
        self._by: dict[str, object] = {}
        for user in works.users.list():
            for address in (user.email, *user.alias_emails):
                if address:
                    self._by[address.lower()] = user

    def lookup(self, person: Person, /) -> Match:
        user = self._by.get((person.email or "").lower())
        if user is None:
            return Match("unmatched", reason="no user has this e-mail")
        if user.is_suspended:
            return Match("blocked", user.user_id, "suspended")
        return Match("matched", user.user_id)
