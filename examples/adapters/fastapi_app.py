"""The policy behind FastAPI: everything it needs is injected, so every part can be swapped.

`POST /alerts` tells people, `POST /alerts/preview` says who would be told and why, and
`GET`/`PUT /me/notifications` are a person's own settings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Depends, FastAPI, Header, Request
from fastapi.responses import JSONResponse

from naverworks_notify import InvalidAlert, InvalidValue, alerts, policy
from naverworks_notify.notifier import Report

router = APIRouter()


class Notifies(Protocol):
    """What the application needs of `AsyncNotifier`; a test injects something smaller."""

    async def notify(self, alert: alerts.Alert, people: Iterable[policy.Person]) -> Report: ...


class MemoryPeople:
    """A `policy.AsyncPeopleSource`; an application asks its database instead."""

    def __init__(self, people: Iterable[policy.Person]) -> None:
        self._people = tuple(people)

    async def people_for(self, alert: alerts.Alert) -> Iterable[policy.Person]:
        posting = alert.posting
        return [
            person
            for person in self._people
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


People = Annotated[policy.AsyncPeopleSource, Depends(get_people)]
PreferencesStore = Annotated[policy.AsyncPreferenceStore, Depends(get_preferences)]
Rules = Annotated[policy.Policy, Depends(get_policy)]
Notifier = Annotated[Notifies, Depends(get_notifier)]
Me = Annotated[str, Depends(current_user)]


async def everybody(
    alert: alerts.Alert, people: policy.AsyncPeopleSource, store: policy.AsyncPreferenceStore
) -> tuple[policy.Person, ...]:
    """Return the people of an alert with the settings they chose."""
    found = tuple(await people.people_for(alert))
    return policy.with_preferences(found, await store.load([person.id for person in found]))


@router.post("/alerts", status_code=202)
async def tell(
    raw: dict[str, Any], people: People, store: PreferencesStore, notifier: Notifier
) -> dict[str, Any]:
    alert = alerts.from_dict(raw)
    report = await notifier.notify(alert, await everybody(alert, people, store))
    return {"results": {result.person_id: result.status for result in report.results}}


@router.post("/alerts/preview")
async def preview(
    raw: dict[str, Any], people: People, store: PreferencesStore, rules: Rules
) -> dict[str, str]:
    alert = alerts.from_dict(raw)
    concerned = await everybody(alert, people, store)
    decisions = rules.decide(alert, concerned, now=datetime.now(UTC))
    return {one.person_id: policy.explain(one, locale="en") for one in decisions}


@router.get("/me/notifications")
async def read_settings(me: Me, store: PreferencesStore) -> dict[str, Any]:
    return (await store.load([me])).get(me, policy.Preferences()).to_dict()


@router.put("/me/notifications", status_code=204)
async def write_settings(raw: dict[str, Any], me: Me, store: PreferencesStore) -> None:
    # Settings bind only the own account: the person is never taken from the body.
    person = policy.Person.from_dict({"id": me, "name": me, "preferences": raw})
    await store.save(me, person.preferences)


async def refuse(_request: Request, error: Exception) -> JSONResponse:
    """Answer 422 with every broken rule and its path."""
    assert isinstance(error, InvalidValue)
    kind = "alert" if isinstance(error, InvalidAlert) else "value"
    told = [
        {"path": one.path, "rule": one.rule, "message": one.message} for one in error.violations
    ]
    return JSONResponse({"detail": told, "kind": kind}, status_code=422)


def create_app(
    *,
    people: policy.AsyncPeopleSource,
    notifier: Notifies,
    preferences: policy.AsyncPreferenceStore | None = None,
    rules: policy.Policy | None = None,
) -> FastAPI:
    """Return the application; give the notifier the same rules as the preview."""
    app = FastAPI()
    app.state.people = people
    app.state.notifier = notifier
    app.state.preferences = MemoryPreferences() if preferences is None else preferences
    app.state.policy = policy.RecruitingPolicy() if rules is None else rules
    app.include_router(router)
    app.add_exception_handler(InvalidValue, refuse)
    return app


__all__ = ["MemoryPeople", "MemoryPreferences", "create_app"]
