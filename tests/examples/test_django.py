"""Django models as people source and preference store, and the ledger beside them."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

import naverworks_notify as nw
from naverworks_notify import policy
from naverworks_notify.testing import (
    Simulator,
    check_async_people_source,
    check_ledger,
    check_people_source,
    check_preference_store,
)

ADAPTERS = Path(__file__).parents[2] / "examples" / "adapters"


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    """Set Django up once, on a file, so that threads see the same database."""
    django = pytest.importorskip("django")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ADAPTERS)
        patch.setenv("DJANGO_SETTINGS_MODULE", "django_recruiting.settings")
        patch.setenv("RECRUITING_DB", str(tmp_path_factory.mktemp("django") / "recruiting.sqlite"))
        django.setup()
        # Only once the settings are named, and only where Django is installed.
        from django.core.management import call_command  # noqa: PLC0415

        call_command("migrate", verbosity=0)
        yield call_command


@pytest.fixture
def models(database):
    from django.apps import apps  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django_recruiting import models  # noqa: PLC0415

    yield models
    for model in apps.get_app_config("django_recruiting").get_models():
        model.objects.all().delete()
    connection.close()


@pytest.fixture
def adapters(models):
    from django_recruiting import people  # noqa: PLC0415

    return people


@pytest.fixture
def ledger_of(models):
    """Return the function that opens an organisation's ledger; each test closes what it opened."""
    from django_recruiting.deliveries import ledger_of  # noqa: PLC0415

    opened = []

    def open_one(organization):
        opened.append(ledger_of(organization))
        return opened[-1]

    yield open_one
    for ledger in opened:
        ledger.prune(datetime.max.replace(tzinfo=UTC))
        ledger.close()
    ledger_of.cache_clear()


@pytest.fixture
def add(models):
    """Return a function that saves a person, with all roles, in one organisation."""

    def save(person, organization="acme"):
        member = models.Member.objects.create(
            organization=organization,
            key=person.id,
            name=person.name,
            email=person.email or "",
            org_role=person.org_role,
            is_active=person.active,
            preferences=person.preferences.to_dict(),
        )
        for posting_id, role in person.posting_roles.items():
            member.posting_roles.create(posting_id=posting_id, role=role)
        for team_id, role in person.team_roles.items():
            member.team_roles.create(team_id=team_id, role=role)

    return save


@pytest.fixture
def company(add):
    for key, org_role, postings, teams in (
        ("u-1", "interviewer", {}, {}),
        ("u-2", "manager", {"p-1": "job_manager"}, {}),
        ("u-3", "admin", {"p-2": "job_admin"}, {}),
        ("u-4", "interviewer", {}, {"t-1": "team_member"}),
        ("u-5", "interviewer", {"p-1": "job_admin", "p-2": "job_member"}, {"t-1": "team_admin"}),
    ):
        add(
            policy.Person(
                id=key,
                name=f"이름 {key}",
                email=f"{key}@example.com",
                org_role=org_role,
                posting_roles=postings,
                team_roles=teams,
            )
        )


@pytest.fixture
def works():
    """Return a client on a simulator that knows the company."""
    simulator = Simulator(users=[f"u-{n}@example.com" for n in range(1, 6)])
    with nw.Client(
        simulator.account, bot_id=simulator.bot_id, transport=simulator.transport()
    ) as works:
        works.simulator = simulator
        yield works


def test_the_migrations_are_those_of_the_models(database):
    database("makemigrations", check=True, dry_run=True, verbosity=0)


def test_the_adapters_keep_their_duties(adapters, add, models):
    source = adapters.DjangoPeople("acme")
    assert not check_people_source(
        source, add=add, add_elsewhere=partial(add, organization="other")
    )
    models.Member.objects.create(organization="acme", key="a", name="a", org_role="manager")
    models.Member.objects.create(organization="acme", key="b", name="b", org_role="manager")
    models.Member.objects.create(organization="other", key="a", name="a", org_role="manager")
    assert not check_preference_store(adapters.DjangoPreferences("acme"), person_ids=("a", "b"))
    assert adapters.DjangoPreferences("other").load(["a"]) == {}


def test_the_async_source_keeps_them_in_an_event_loop(adapters, add):
    from asgiref.sync import sync_to_async  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415

    async def main():
        try:
            source = adapters.AsyncDjangoPeople("acme")
            return await check_async_people_source(source, add=sync_to_async(add))
        finally:
            # The ORM's thread has a connection of its own.
            await sync_to_async(connections.close_all)()

    assert asyncio.run(main()) == ()


def test_the_source_asks_three_queries_however_many_people_there_are(adapters, company, alert):
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(connection) as queries:
        found = adapters.DjangoPeople("acme").people_for(alert)
    assert len(queries) == 3
    decisions = policy.decide(alert, found, now=alert.occurred_at)
    assert {one.person_id: str(one.reason) for one in decisions} == {
        "u-1": "assigned",
        "u-2": "posting_manager",
        "u-4": "posting_member",
        "u-5": "posting_manager",
    }


def test_settings_of_people_whom_nobody_knows_are_refused(adapters, models):
    with pytest.raises(models.Member.DoesNotExist):
        adapters.DjangoPreferences("acme").save("nobody", policy.Preferences())


def test_an_alert_goes_out_when_its_transaction_is_through(adapters, company, alert, models):
    from django.db import transaction  # noqa: PLC0415

    told = []

    def notify(alert, found):
        told.append((alert.event_id, [person.id for person in found]))

    announce = partial(adapters.announce, alert, notify, people=adapters.DjangoPeople("acme"))
    with transaction.atomic():
        announce()
        # A role that is given later in the same transaction counts.
        models.Member.objects.get(key="u-3").posting_roles.create(
            posting_id="p-1", role="job_admin"
        )
        assert told == []
    assert told == [("ev-1", ["u-1", "u-2", "u-3", "u-4", "u-5"])]
    with transaction.atomic():
        announce()
        transaction.set_rollback(True)
    assert len(told) == 1


def test_a_failure_after_the_commit_undoes_nothing(adapters, company, alert, models, caplog):
    from django.db import transaction  # noqa: PLC0415

    after = []

    def broken(_alert, _found):
        raise ZeroDivisionError

    with caplog.at_level(logging.CRITICAL, logger="django"), transaction.atomic():
        models.Member.objects.filter(key="u-1").update(name="새 이름")
        adapters.announce(alert, broken, people=adapters.DjangoPeople("acme"))
        transaction.on_commit(lambda: after.append(1))
    assert models.Member.objects.get(key="u-1").name == "새 이름"
    assert after == [1]


def test_the_ledger_stands_in_the_application_s_database(ledger_of):
    assert check_ledger(ledger_of("checked"), threads=4) == ()
    # Organisations are kept apart.
    assert ledger_of("other").find() == ()


def test_the_url_is_that_of_the_settings(models):
    from django_recruiting.deliveries import url_of  # noqa: PLC0415

    database = {"ENGINE": "django.db.backends.postgresql", "NAME": "ats", "USER": "u", "PORT": ""}
    assert url_of(database) == "postgresql://u@/ats"
    full = {**database, "PASSWORD": "p@ss", "HOST": "db", "PORT": "5433"}
    assert url_of(full) == "postgresql://u:p%40ss@db:5433/ats"


def test_a_whole_alert_from_the_transaction_to_the_message(
    adapters, ledger_of, company, works, alert
):
    from django.db import transaction  # noqa: PLC0415

    reports = []

    def notify(alert, found):
        # A worker of its own each time: they share nothing but the database.
        notifier = nw.Notifier(works, ledger=ledger_of("acme"))
        reports.append(notifier.notify(alert, found, now=alert.occurred_at))

    for _ in range(2):
        with transaction.atomic():
            adapters.announce(alert, notify, people=adapters.DjangoPeople("acme"))
    first, second = ({r.person_id: str(r.status) for r in one.results} for one in reports)
    assert first == {"u-1": "sent", "u-2": "sent", "u-4": "suppressed", "u-5": "sent"}
    assert set(second.values()) == {"suppressed"}
    assert len(works.simulator.sent) == 3
