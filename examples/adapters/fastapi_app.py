"""The policy behind FastAPI: everything it needs is injected, so every part can be swapped.

`POST /alerts` tells people, `POST /alerts/preview` says who would be told and why (both are for
your own services: put them behind your authentication), and `GET`/`PUT /me/notifications` are a
person's own settings. Settings of the service come from `NAVERWORKS_*`.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Annotated, Any, Protocol, TypeVar

from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException, Request

from naverworks_notify import AsyncClient, AsyncNotifier, InvalidValue, SqlLedger, alerts, policy
from naverworks_notify.notifier import Report

T = TypeVar("T")
router = APIRouter()


class Notifies(Protocol):
    """What the application needs of `AsyncNotifier`; a test injects something smaller."""

    async def notify(self, alert: alerts.Alert, people: Iterable[policy.Person]) -> Report: ...


class MemoryPeople:
    """A `policy.AsyncPeopleSource`; an application asks its database, as in `sqlalchemy_people`."""

    def __init__(self, people: Iterable[policy.Person] = ()) -> None:
        self.people = list(people)

    async def people_for(self, alert: alerts.Alert) -> Iterable[policy.Person]:
        posting = alert.posting
        return [
            person
            for person in self.people
            if person.id in alert.assignee_ids
            or (posting is not None and posting.id in person.posting_roles)
            or (posting is not None and posting.team in person.team_roles)
        ]


class MemoryPreferences:
    """A `policy.AsyncPreferenceStore`; an application keeps the JSON form in a column."""

    def __init__(self) -> None:
        self._kept: dict[str, policy.Preferences] = {}

    async def load(self, person_ids: Iterable[str]) -> Mapping[str, policy.Preferences]:
        return {one: self._kept[one] for one in person_ids if one in self._kept}

    async def save(self, person_id: str, preferences: policy.Preferences) -> None:
        self._kept[person_id] = preferences


# What the application hands out; create_app says what stands behind each of them.
def get_people(request: Request) -> policy.AsyncPeopleSource:
    return request.app.state.people


def get_preferences(request: Request) -> policy.AsyncPreferenceStore:
    return request.app.state.preferences


def get_policy(request: Request) -> policy.Policy:
    return request.app.state.policy


def get_notifier(request: Request) -> Notifies:
    return request.app.state.notifier


def current_user(x_user_id: Annotated[str, Header()]) -> str:
    """Return who is asking. The example trusts a header; an application checks a session."""
    return x_user_id


def posted_alert(raw: dict[str, Any]) -> alerts.Alert:
    return read(alerts.from_dict, raw)


def posted_settings(raw: dict[str, Any]) -> policy.Preferences:
    return read(policy.Preferences.from_dict, raw)


def read(from_dict: Callable[[dict[str, Any]], T], raw: dict[str, Any]) -> T:
    """Read a body, or answer 422 with every broken rule and its path.

    Only here: an invalid value from elsewhere, such as a damaged row, is no fault of who asks.
    """
    try:
        return from_dict(raw)
    except InvalidValue as error:
        told = [
            {"path": one.path, "rule": one.rule, "message": one.message} for one in error.violations
        ]
        raise HTTPException(422, told) from error


People = Annotated[policy.AsyncPeopleSource, Depends(get_people)]
PreferencesStore = Annotated[policy.AsyncPreferenceStore, Depends(get_preferences)]
Rules = Annotated[policy.Policy, Depends(get_policy)]
Notifier = Annotated[Notifies, Depends(get_notifier)]
Me = Annotated[str, Depends(current_user)]
PostedAlert = Annotated[alerts.Alert, Depends(posted_alert)]
PostedSettings = Annotated[policy.Preferences, Depends(posted_settings)]


async def concerned(
    alert: PostedAlert, people: People, store: PreferencesStore
) -> tuple[policy.Person, ...]:
    """Return the people of an alert with the settings they chose."""
    found = tuple(await people.people_for(alert))
    return policy.with_preferences(found, await store.load([person.id for person in found]))


Concerned = Annotated[tuple[policy.Person, ...], Depends(concerned)]


@router.post("/alerts")
async def tell(alert: PostedAlert, people: Concerned, notifier: Notifier) -> dict[str, Any]:
    """Tell people; answer when everybody was served.

    Whoever posts may post the same event again until nothing failed: nobody gets it twice.
    """
    report = await notifier.notify(alert, people)
    return {
        "results": {result.person_id: result.status for result in report.results},
        "missing": report.missing,
    }


@router.post("/alerts/preview")
async def preview(alert: PostedAlert, people: Concerned, rules: Rules) -> dict[str, str]:
    decisions = rules.decide(alert, people, now=datetime.now(UTC))
    return {one.person_id: policy.explain(one, locale="en") for one in decisions}


@router.get("/me/notifications")
async def read_settings(me: Me, store: PreferencesStore) -> dict[str, Any]:
    return (await store.load([me])).get(me, policy.Preferences()).to_dict()


@router.put("/me/notifications", status_code=204)
async def write_settings(settings: PostedSettings, me: Me, store: PreferencesStore) -> None:
    # Settings bind only the own account: the person is never taken from the body.
    await store.save(me, settings)


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Open one client for the life of the process, unless a notifier was injected."""
    if app.state.notifier is not None:
        yield
        return
    database = os.environ.get("NOTIFY_LEDGER", "sqlite:///notify.sqlite")
    with SqlLedger(database) as ledger:
        async with AsyncClient.from_env() as works:
            app.state.notifier = AsyncNotifier(
                works, policy=app.state.policy, people=app.state.people, ledger=ledger
            )
            yield


def create_app(
    *,
    people: policy.AsyncPeopleSource | None = None,
    notifier: Notifies | None = None,
    preferences: policy.AsyncPreferenceStore | None = None,
    rules: policy.Policy | None = None,
) -> FastAPI:
    """Return the application: `uvicorn --factory fastapi_app:create_app`.

    Whoever injects a notifier gives it the same rules as the preview.
    """
    app = FastAPI(lifespan=lifespan)
    app.state.people = MemoryPeople() if people is None else people
    app.state.notifier = notifier
    app.state.preferences = MemoryPreferences() if preferences is None else preferences
    app.state.policy = policy.RecruitingPolicy() if rules is None else rules
    app.include_router(router)
    return app


__all__ = ["MemoryPeople", "MemoryPreferences", "create_app"]
