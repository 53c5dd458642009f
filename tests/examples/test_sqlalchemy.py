"""SQLAlchemy tables as people source and preference store."""

from __future__ import annotations

import pytest

from naverworks_notify import policy

sqlalchemy = pytest.importorskip("sqlalchemy")
pytest.importorskip("sqlalchemy.orm")


@pytest.fixture
def example(load):
    return load("sqlalchemy_people", needs="sqlalchemy")


@pytest.fixture
def sessions(example):
    engine = sqlalchemy.create_engine("sqlite://", poolclass=sqlalchemy.StaticPool)
    example.Base.metadata.create_all(engine)
    sessions = sqlalchemy.orm.sessionmaker(engine)
    rows = [
        ("u-1", "interviewer", []),
        ("u-2", "manager", [("posting", "p-1", "job_manager")]),
        ("u-3", "admin", [("posting", "p-2", "job_admin"), ("team", "p-1", "team_admin")]),
        ("u-4", "interviewer", [("team", "t-1", "team_member")]),
    ]
    with sessions.begin() as session:
        for user_id, org_role, grants in rows:
            session.add(
                example.User(
                    id=user_id,
                    name=f"이름 {user_id}",
                    email=f"{user_id}@example.com",
                    org_role=org_role,
                    grants=[
                        example.Grant(scope=scope, scope_id=scope_id, role=role)
                        for scope, scope_id, role in grants
                    ],
                )
            )
    yield sessions
    engine.dispose()


def test_the_source_brings_whoever_may_be_concerned(example, sessions, alert):
    found = example.SqlPeople(sessions).people_for(alert)
    assert [person.id for person in found] == ["u-1", "u-2", "u-4"]
    decisions = policy.decide(alert, found, now=alert.occurred_at)
    assert [one.reason for one in decisions] == ["assigned", "posting_manager", "posting_member"]


def test_settings_are_kept_exactly(example, sessions, alert):
    store = example.SqlPreferences(sessions)
    mine = policy.Preferences(muted={"interviewer.interview.confirmed"}, locale="en")
    assert store.load(["u-1"]) == {}
    store.save("u-1", mine)
    assert store.load(["u-1", "u-2", "nobody"]) == {"u-1": mine}
    with pytest.raises(sqlalchemy.exc.NoResultFound):
        store.save("nobody", mine)
    found = example.SqlPeople(sessions).people_for(alert)
    assert policy.decide(alert, found, now=alert.occurred_at)[0].reason == "muted"
