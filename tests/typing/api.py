"""What a caller's type checker sees; read by mypy and pyright, never run.

Each `assert_type` is a promise: what a method returns is known precisely, without a cast. Each
`type: ignore` is one too, for mypy refuses those that are not needed: that call must be refused.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import datetime
from typing import Any, ClassVar, assert_type
from uuid import UUID

from attrs import frozen

import naverworks_notify as nw
from naverworks_notify.bots import (
    Attachment,
    Bot,
    BotChanges,
    BotDomain,
    BotSummary,
    Channel,
    DefaultRichMenu,
    PersistentMenu,
    RichMenu,
    RichMenuImage,
)
from naverworks_notify.client import JSON
from naverworks_notify.directory import (
    ExternalKey,
    Group,
    GroupMember,
    Level,
    Match,
    OrgUnit,
    OrgUnitMember,
    Position,
    User,
    UserType,
)
from naverworks_notify.limits import Limiter
from naverworks_notify.members import SyncReport
from naverworks_notify.messages import Content, Flex, Text
from naverworks_notify.notifier import Row, Status
from naverworks_notify.policy import Decision, Person, RecruitingPolicy, Simulation, Table
from naverworks_notify.testing import SentMessage, Simulator
from naverworks_notify.webhooks import Event, UnknownEvent


def blocking_client(works: nw.Client, bot: Bot, menu: PersistentMenu, rich: RichMenu) -> None:
    assert_type(nw.Client.from_env(), nw.Client)
    with works as entered:
        assert_type(entered, nw.Client)
    assert_type(works.bot_id, int | None)
    assert_type(works.account, nw.ServiceAccount)
    assert_type(works.limiter, Limiter)
    assert_type(works.users.get("u-1"), User)
    assert_type(works.users.list(), Iterator[User])
    assert_type(works.users.external_keys(), Iterator[ExternalKey])
    assert_type(works.channels.create(["u-1"]), Channel)
    assert_type(works.channels.get("c-1"), Channel)
    assert_type(works.channels.members("c-1"), Iterator[str])
    assert_type(works.bots.create(bot), Bot)
    assert_type(works.bots.get(), Bot)
    assert_type(works.bots.list(), Iterator[BotSummary])
    assert_type(works.bots.patch(BotChanges()), Bot)
    assert_type(works.bots.issue_secret(), str)
    assert_type(works.bots.domains.list(), Iterator[BotDomain])
    assert_type(works.bots.domains.members.list(1), Iterator[str])
    assert_type(works.attachments.create("a.png"), Attachment)
    assert_type(works.attachments.upload("a.png"), str)
    assert_type(works.attachments.download_url("f-1"), str)
    assert_type(works.menus.create(menu), PersistentMenu)
    assert_type(works.richmenus.create(rich), RichMenu)
    assert_type(works.richmenus.list(), Iterator[RichMenu])
    assert_type(works.richmenus.get_image("r-1"), RichMenuImage)
    assert_type(works.richmenus.get_default(), DefaultRichMenu)
    assert_type(works.groups.list(), Iterator[Group])
    assert_type(works.groups.members("g-1"), Iterator[GroupMember])
    assert_type(works.orgunits.list(), Iterator[OrgUnit])
    assert_type(works.orgunits.members("o-1"), Iterator[OrgUnitMember])
    assert_type(works.directory.levels(), Iterator[Level])
    assert_type(works.directory.positions(), Iterator[Position])
    assert_type(works.directory.user_types(), Iterator[UserType])


async def async_client(works: nw.AsyncClient, bot: Bot, rich: RichMenu) -> None:
    assert_type(nw.AsyncClient.from_env(), nw.AsyncClient)
    async with works as entered:
        assert_type(entered, nw.AsyncClient)
    assert_type(await works.users.get("u-1"), User)
    assert_type(works.users.list(), AsyncIterator[User])
    assert_type(await works.channels.create(["u-1"]), Channel)
    assert_type(works.channels.members("c-1"), AsyncIterator[str])
    assert_type(await works.bots.create(bot), Bot)
    assert_type(works.bots.domains.list(), AsyncIterator[BotDomain])
    assert_type(await works.attachments.upload("a.png"), str)
    assert_type(await works.richmenus.create(rich), RichMenu)
    assert_type(works.orgunits.members("o-1"), AsyncIterator[OrgUnitMember])
    assert_type(works.directory.levels(), AsyncIterator[Level])
    async for user in works.users.list():
        assert_type(user, User)


def options_of_a_client(account: nw.ServiceAccount) -> None:
    nw.Client(account, guarantee="at_least_once", timeout=5, limiter=nw.Unlimited())
    nw.Client(account, guarantee="exactly_once")  # type: ignore[arg-type]
    nw.Client(account, endpoints="https://api.example.com")  # type: ignore[arg-type]
    nw.Client(account, token_store=nw.MemoryTokenStore(), retry=nw.RetryPolicy(attempts=2))
    nw.Client(account, retry=3)  # type: ignore[arg-type]
    nw.Client(account, breaker=nw.Breaker(failures=3), only_to=["qa@example.com"])
    nw.Client(account, breaker=None, only_to="none", redirect_to="channel:c-1", timeout=2.5)
    nw.Client(account, tiemout=3)  # type: ignore[call-arg]
    nw.Client.from_env(bot_id="7", account=account)
    nw.Client(account, 1)  # type: ignore[arg-type, call-arg]


async def calls_of_both_clients(works: nw.Client, tasks: nw.AsyncClient) -> None:
    assert_type(works.request("GET", "/things/{id}", values={"id": 1}), JSON | None)
    assert_type(await tasks.request("POST", "/things", json={"a": [1, None]}), JSON | None)
    pairs = [("u-1", Text("hi")), ("u-2", Text("hi"))]
    assert_type(works.messages.send_many(pairs), tuple[nw.SendResult, ...])
    assert_type(await tasks.messages.send_many(pairs, to="channel"), tuple[nw.SendResult, ...])
    works.messages.send_many(pairs, to="room")  # type: ignore[arg-type]
    assert_type(works.restriction, str | None)


def sending(works: nw.Client) -> None:
    works.messages.send_to_user("u-1", Text("hi"), bot_id=7)
    works.messages.send_to_user("u-1", "hi")  # type: ignore[arg-type]
    works.messages.send_to_user("u-1", {"type": "text", "text": "hi"})  # type: ignore[arg-type]


def notifier(works: nw.Client, other: nw.AsyncClient, alert: nw.alerts.Alert) -> None:
    people = [Person(id="u-2", name="이도윤", email="doyoon@example.com")]
    notifier = nw.Notifier(works, policy=RecruitingPolicy(), form="plain", members=nw.Members())
    plan = notifier.plan(alert, people)
    assert_type(plan, nw.Plan)
    assert_type(plan.deliveries, tuple[nw.Delivery, ...])
    assert_type(notifier.deliver(plan.deliveries[0]), nw.Result)
    report = notifier.notify(alert, people)
    assert_type(report, nw.Report)
    assert_type(report.results, tuple[nw.Result, ...])
    assert_type(report.counts["sent"], int)
    assert_type(report.next_due, datetime | None)
    result = report.results[0]
    assert_type(result.status, Status)
    assert_type(result.decision, Decision | None)
    assert_type(result.error, nw.NaverWorksError | None)
    assert_type(notifier.run_due(), nw.Report)
    assert_type(notifier.list(state="unknown"), tuple[Row, ...])
    assert_type(notifier.settle("ev-1", "u-2", as_="sent"), Row)
    assert_type(notifier.resend("ev-1", "u-2", even_if_unknown=True), nw.Report)
    nw.Notifier(works, people=lambda alert: people, ledger=nw.SqlLedger("sqlite://"))
    nw.Notifier(works, ledger=nw.MemoryLedger())
    nw.Notifier(other)  # type: ignore[arg-type]
    nw.Notifier(works, ledger="sqlite://")  # type: ignore[arg-type]
    nw.Notifier(works, policy=print)  # type: ignore[arg-type]


async def async_notifier(
    works: nw.AsyncClient, other: nw.Client, alert: nw.alerts.Alert, people: list[Person]
) -> None:
    notifier = nw.AsyncNotifier(works)
    assert_type(await notifier.notify(alert, people), nw.Report)
    assert_type(await notifier.run_due(), nw.Report)
    assert_type(await notifier.plan(alert, people), nw.Plan)
    nw.AsyncNotifier(other)  # type: ignore[arg-type]


def members_and_tenants(works: nw.Client, person: Person, tenants: nw.Tenants) -> None:
    members = nw.Members()
    assert_type(members.sync(works, [person]), SyncReport)
    assert_type(members.lookup(person), Match)
    assert_type(tenants.get("acme"), nw.Client)


async def async_members_and_tenants(
    works: nw.AsyncClient, person: Person, tenants: nw.AsyncTenants
) -> None:
    assert_type(await nw.AsyncMembers().sync(works, [person]), SyncReport)
    assert_type(tenants.get("acme"), nw.AsyncClient)


def pure_parts(raw: Mapping[str, Any], body: bytes, now: datetime, people: list[Person]) -> None:
    alert = nw.alerts.from_dict(raw)
    assert_type(alert, nw.alerts.Alert)
    assert_type(alert.to_dict(), dict[str, Any])
    assert_type(alert.posting, nw.alerts.Posting | None)
    assert_type(nw.alerts.EVENTS, Mapping[str, type[nw.alerts.Alert]])
    assert_type(nw.policy.decide(alert, people, now=now), tuple[Decision, ...])
    assert_type(nw.policy.simulate(alert, people, now=now), Simulation)
    assert_type(nw.policy.table(), Table)
    assert_type(nw.policy.person_from_dict(raw), Person)
    assert_type(Person.from_dict(raw), Person)
    assert_type(nw.catalog.render(alert, audience=nw.Audience.MANAGER, locale="en"), Content)
    assert_type(nw.catalog.CATALOG.without("x"), nw.catalog.Catalog)
    assert_type(nw.messages.parse(raw), Content)
    assert_type(nw.messages.Card(title="Hi").flex(), Flex)
    assert_type(nw.webhooks.verify(body, "signature", "secret"), bool)
    assert_type(nw.webhooks.parse(body), Event | UnknownEvent)


@frozen(kw_only=True)
class IncidentOpened(nw.alerts.Alert):
    type: ClassVar[str] = "incident.opened"
    traits: ClassVar[nw.alerts.Traits] = nw.alerts.Traits(
        expires=lambda incident: incident.until, guarantee="at_least_once", window="wait"
    )
    service: nw.alerts.Name
    until: nw.alerts.Moment | None = None


def alerts_as_callers_have_them(now: datetime, uid: UUID, names: list[str]) -> None:
    interview = nw.alerts.Interview(
        id=uid,
        slot=nw.alerts.Slot(now),
        more_slots=[nw.alerts.Slot(now, now)],
        method="zoom",
        interviewers=[nw.alerts.Person(7, "n")],
    )
    assert_type(interview.id, str)
    assert_type(interview.method, nw.alerts.InterviewMethod | str | None)
    assert_type(interview.interviewers, tuple[nw.alerts.Person, ...])
    alert = nw.alerts.InterviewChanged(
        event_id=7,
        occurred_at=now,
        posting=nw.alerts.Posting(1, "t", team=uid),
        candidate=nw.alerts.Candidate(uid, "n"),
        interview=interview,
        assignee_ids=names,
        removed_ids=[7, uid],
        actor_id=3,
        changes=[nw.alerts.Change("slot")],
    )
    assert_type(alert.assignee_ids, tuple[str, ...])
    nw.alerts.EvaluationCompleted(
        event_id="e",
        occurred_at=now,
        posting=nw.alerts.Posting("p", "t"),
        candidate=nw.alerts.Candidate("c", "n"),
        evaluation_kind="interview",
    )
    nw.alerts.ApplicantMessageReceived(
        event_id="e",
        occurred_at=now,
        posting=nw.alerts.Posting("p", "t"),
        candidate=nw.alerts.Candidate("c", "n"),
        channel="email",
    )
    nw.alerts.Posting(1.5, "t")  # type: ignore[arg-type]
    own = IncidentOpened(event_id="e", occurred_at=now, service="mail", assignee_ids=["u"])
    assert_type(own.service, str)
    vocabulary = nw.alerts.Vocabulary(IncidentOpened)
    assert_type(vocabulary.from_dict(own.to_dict()), nw.alerts.Alert)
    assert_type(IncidentOpened.from_dict(own.to_dict()), IncidentOpened)
    nw.catalog.render(alert, audience="manager", zone="America/New_York", now=now)
    people, refused = nw.policy.read_people([{"id": 7}], vocabulary=vocabulary)
    assert_type(people, tuple[Person, ...])
    assert_type(refused, tuple[nw.policy.RefusedPerson, ...])
    Person(id="u", org_role="manager", posting_roles={"p": "job_admin"}, email="")
    nw.policy.Preferences(muted=["x"], muted_audiences=["manager"], zone="Asia/Seoul")


def errors(error: nw.ApiError, refused: nw.InvalidValue) -> None:
    assert_type(error.status, int)
    assert_type(error.code, str | None)
    assert_type(error.hint, nw.Hint)
    assert_type(refused.violations, tuple[nw.Violation, ...])


def simulator() -> None:
    simulator = Simulator(users=["doyoon@example.com"])
    assert_type(simulator.account, nw.ServiceAccount)
    assert_type(simulator.endpoints, nw.Endpoints)
    assert_type(simulator.sent, list[SentMessage])
    nw.Client(simulator.account, transport=simulator.transport())
    nw.AsyncClient(simulator.account, transport=simulator.transport())
