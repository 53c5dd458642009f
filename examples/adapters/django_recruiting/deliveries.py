"""What was delivered to whom, in the application's own database: for workers on many machines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction

from django_recruiting.models import Delivered
from naverworks_notify import policy


@contextmanager
def brief_connection() -> Iterator[None]:
    """Close the connection after a step that opened it.

    The notifier sends from threads of its own, for which Django would keep a connection each.
    """
    was_open = connection.connection is not None
    try:
        yield
    finally:
        if not was_open:
            connection.close()


class DjangoDeliveries:
    """A `notifier.DeliveryState` of one organisation.

    A claim must stand before the message leaves, and must stay whatever becomes of the caller's
    work. So it refuses to be part of a larger transaction, which could be rolled back afterwards:
    `durable=True` raises in one. Notify on commit, or from a task.
    """

    blocking = True

    def __init__(self, organization: str) -> None:
        self._organization = organization

    def delivered(self, event_id: str) -> Mapping[str, datetime]:
        with brief_connection():
            return dict(self._known(event_id=event_id).values_list("person_id", "at"))

    def claim(
        self, event_id: str, person_id: str, *, at: datetime, seen: datetime | None = None
    ) -> bool:
        pair = {"event_id": event_id, "person_id": person_id}
        with brief_connection(), transaction.atomic(durable=True):
            _row, is_new = Delivered.objects.get_or_create(
                organization=self._organization, **pair, defaults={"at": at}
            )
            if is_new or seen is None:
                return is_new
            # Of several who saw the same moment, one finds it unchanged.
            return self._known(**pair, at=seen).update(at=at) == 1

    def keep(self, event_id: str, person_id: str, *, at: datetime) -> None:
        with brief_connection(), transaction.atomic(durable=True):
            Delivered.objects.update_or_create(
                organization=self._organization,
                event_id=event_id,
                person_id=person_id,
                defaults={"at": at},
            )

    def release(self, event_id: str, person_id: str) -> None:
        with brief_connection(), transaction.atomic(durable=True):
            self._known(event_id=event_id, person_id=person_id).delete()

    def forget(self, *, before: datetime) -> int:
        """Drop what is too old to come again; return how many pairs that were."""
        return self._known(at__lt=before).delete()[0]

    def history(self, person_ids: Iterable[str], *, since: datetime) -> policy.History:
        """Return what these people got since then, for `hourly_cap`."""
        got: dict[str, dict[str, datetime]] = {}
        rows = self._known(person_id__in=list(person_ids), at__gte=since)
        for person_id, event_id, at in rows.values_list("person_id", "event_id", "at"):
            got.setdefault(person_id, {})[event_id] = at
        return policy.History(deliveries=got)

    def _known(self, **wanted):
        return Delivered.objects.filter(organization=self._organization, **wanted)
