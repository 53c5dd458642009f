"""Django models as people source and preference store."""

from __future__ import annotations

import os

import pytest

from naverworks_notify import policy


@pytest.fixture
def models(load, monkeypatch):
    django = pytest.importorskip("django")
    monkeypatch.setitem(os.environ, "DJANGO_SETTINGS_MODULE", "django_recruiting.settings")
    load("django_recruiting", needs="django")
    django.setup()
    # Only once the settings are named, and only where Django is installed.
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    call_command("migrate", run_syncdb=True, verbosity=0)
    models = load("django_recruiting.models", needs="django")
    yield models
    models.Member.objects.all().delete()
    connection.close()


@pytest.fixture
def people(load, models):
    rows = [
        ("u-1", "interviewer", {}, {}),
        ("u-2", "manager", {"p-1": "job_manager"}, {}),
        ("u-3", "admin", {"p-2": "job_admin"}, {}),
        ("u-4", "interviewer", {}, {"t-1": "team_member"}),
        ("u-5", "interviewer", {"p-1": "job_admin", "p-2": "job_member"}, {"t-1": "team_admin"}),
    ]
    for key, org_role, postings, teams in rows:
        member = models.Member.objects.create(
            key=key, name=f"이름 {key}", email=f"{key}@example.com", org_role=org_role
        )
        for posting, role in postings.items():
            member.posting_roles.create(posting_id=posting, role=role)
        for team, role in teams.items():
            member.team_roles.create(team_id=team, role=role)
    return load("django_recruiting.people", needs="django")


def test_the_source_brings_whoever_may_be_concerned(people, alert):
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(
        connection,
    ) as queries:
        found = people.DjangoPeople().people_for(alert)
    assert len(queries) == 3
    assert [person.id for person in found] == ["u-1", "u-2", "u-4", "u-5"]
    decisions = policy.decide(alert, found, now=alert.occurred_at)
    assert [one.reason for one in decisions] == [
        "assigned",
        "posting_manager",
        "posting_member",
        "posting_manager",
    ]


def test_people_who_left_are_brought_too(people, models, alert):
    models.Member.objects.filter(key="u-1").update(is_active=False, email="")
    (gone, *_others) = people.DjangoPeople().people_for(alert)
    assert (gone.active, gone.email) == (False, None)


def test_settings_are_kept_exactly(people, models):
    store = people.DjangoPreferences()
    mine = policy.Preferences(
        receive_window=policy.ReceiveWindow(start="09:00", end="18:00"),
        muted={"interviewer.interview.reminder"},
    )
    assert store.load(["u-1", "u-2"]) == {}
    store.save("u-1", mine)
    assert store.load(["u-1", "u-2", "nobody"]) == {"u-1": mine}
    with pytest.raises(models.Member.DoesNotExist):
        store.save("nobody", mine)


def test_settings_reach_the_decision(people, alert):
    evening = policy.ReceiveWindow(start="18:00", end="21:00")
    people.DjangoPreferences().save("u-1", policy.Preferences(receive_window=evening))
    found = people.DjangoPeople().people_for(alert)
    assert policy.decide(alert, found, now=alert.occurred_at)[0].reason == "outside_receive_window"


def test_an_alert_goes_out_when_its_transaction_is_through(people, alert):
    from django.db import transaction  # noqa: PLC0415

    told = []

    def notify(alert, found):
        told.append((alert.event_id, [person.id for person in found]))

    with transaction.atomic():
        people.announce(alert, notify)
        assert told == []
    assert told == [("ev-1", ["u-1", "u-2", "u-4", "u-5"])]
    with transaction.atomic():
        people.announce(alert, notify)
        transaction.set_rollback(True)
    assert len(told) == 1
