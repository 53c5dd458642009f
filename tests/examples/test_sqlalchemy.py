"""SQLAlchemy tables as people source and preference store, on both kinds of engines."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from naverworks_notify import policy
from naverworks_notify.testing import (
    check_async_people_source,
    check_async_preference_store,
    check_people_source,
    check_preference_store,
)

sqlalchemy = pytest.importorskip("sqlalchemy")
orm = pytest.importorskip("sqlalchemy.orm")
tasks = pytest.importorskip("sqlalchemy.ext.asyncio")
pytest.importorskip("aiosqlite")


@pytest.fixture
def example(load):
    return load("sqlalchemy_people", needs="sqlalchemy")


@pytest.fixture
def row(example):
    """Return a function that makes the row of a person."""

    def make(person, organization="acme"):
        grants = [("posting", *grant) for grant in person.posting_roles.items()]
        grants += [("team", *grant) for grant in person.team_roles.items()]
        return example.User(
            id=person.id,
            organization=organization,
            name=person.name,
            email=person.email,
            org_role=person.org_role,
            is_active=person.active,
            preferences=person.preferences.to_dict(),
            grants=[
                example.Grant(scope=scope, scope_id=scope_id, role=role)
                for scope, scope_id, role in grants
            ],
        )

    return make


@pytest.fixture
def engine(example, tmp_path):
    engine = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'recruiting.db'}")
    example.Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def sessions(engine):
    return orm.sessionmaker(engine)


@pytest.fixture
def add(sessions, row):
    def save(person, organization="acme"):
        with sessions.begin() as session:
            session.add(row(person, organization))

    return save


def test_the_adapters_keep_their_duties(example, sessions, add):
    elsewhere = partial(add, organization="other")
    source = example.SqlPeople(sessions, "acme")
    assert not check_people_source(source, add=add, add_elsewhere=elsewhere)
    for person_id in ("a", "b"):
        add(policy.Person(id=person_id, name=person_id))
    store = example.SqlPreferences(sessions, "acme")
    assert not check_preference_store(store, person_ids=("a", "b"))


def test_the_async_adapters_keep_them_too(example, engine, add):
    for person_id in ("a", "b"):
        add(policy.Person(id=person_id, name=person_id))

    async def main():
        own = tasks.create_async_engine(f"sqlite+aiosqlite:///{engine.url.database}")
        sessions = tasks.async_sessionmaker(own)
        try:
            people = await check_async_people_source(
                example.AsyncSqlPeople(sessions, "acme"),
                add=add,
                add_elsewhere=partial(add, organization="other"),
            )
            store = example.AsyncSqlPreferences(sessions, "acme")
            kept = await check_async_preference_store(store, person_ids=("a", "b"))
            with pytest.raises(sqlalchemy.exc.NoResultFound):
                await store.save("nobody", policy.Preferences())
        finally:
            await own.dispose()
        return people + kept

    assert asyncio.run(main()) == ()


def test_two_statements_however_many_people_there_are(example, engine, sessions, add, alert):
    for number in range(9):
        roles = {"p-1": "job_manager"} if number % 2 else {}
        add(policy.Person(id=f"u-{number}", name="이름", posting_roles=roles))
    statements = []
    sqlalchemy.event.listen(
        engine, "before_cursor_execute", lambda *about: statements.append(about[2])
    )
    found = example.SqlPeople(sessions, "acme").people_for(alert)
    assert len(statements) == 2
    decisions = policy.decide(alert, found, now=alert.occurred_at)
    assert {one.person_id: str(one.reason) for one in decisions} == {
        "u-1": "assigned",
        "u-3": "posting_manager",
        "u-5": "posting_manager",
        "u-7": "posting_manager",
    }


def test_settings_count_and_nobody_saves_for_strangers(example, sessions, add, alert):
    add(policy.Person(id="u-1", name="이도윤"))
    muted = policy.Preferences(muted={"interviewer.interview.confirmed"}, locale="en")
    example.SqlPreferences(sessions, "acme").save("u-1", muted)
    found = example.SqlPeople(sessions, "acme").people_for(alert)
    assert policy.decide(alert, found, now=alert.occurred_at)[0].reason == "muted"
    with pytest.raises(sqlalchemy.exc.NoResultFound):
        example.SqlPreferences(sessions, "other").save("u-1", muted)
