"""Nothing of a key, a token, a secret, an address or a message gets out, whatever goes wrong."""

from __future__ import annotations

import json
import logging
import pickle
import traceback
import warnings
from contextlib import contextmanager
from datetime import timedelta
from urllib.parse import parse_qs

import httpx
import pytest

import naverworks_notify as nw
from naverworks_notify import alerts, policy
from naverworks_notify.bots import BotChanges
from naverworks_notify.members import AsyncMembers, Members
from naverworks_notify.retry import Failure

ADDRESS = "dohyun.secret@example.com"
BODY = "연봉 협상 결과입니다"
TITLE = "이도현 님의 처우 협의"
FILE_NAME = "이도현-연봉.txt"
FILE = "신체검사 결과지".encode()
CANDIDATE = "비밀후보"
HUSHED = (
    ADDRESS,
    "dohyun",
    BODY,
    TITLE,
    FILE_NAME,
    FILE.decode(),
    CANDIDATE,
    "token-",
    "hush-hush",
)

CALLS = {
    "send_to_user": lambda w: w.messages.send_to_user(ADDRESS, nw.messages.Text(BODY)),
    "send_to_channel": lambda w: w.messages.send_to_channel("c-1", nw.messages.Text(BODY)),
    "channels.create": lambda w: w.channels.create([ADDRESS], title=TITLE),
    "attachments.create": lambda w: w.attachments.upload(FILE, file_name=FILE_NAME),
    "users.get": lambda w: w.users.get(ADDRESS),
    "users.list": lambda w: w.users.list(),
    "external_keys": lambda w: w.users.set_external_keys({ADDRESS: "key-1"}),
    "bots.patch": lambda w: w.bots.patch(BotChanges(description=BODY)),
}


def everything_a_careless_service_knows(request):
    """Quote all that the service was told, as it was sent and as it was meant."""
    body = request.content.decode(errors="replace")
    told = [ADDRESS, str(request.url), request.headers.get("authorization", ""), body]
    if request.headers.get("content-type") == "application/json":
        told.append(json.dumps(json.loads(body), ensure_ascii=False, indent=1))
    return " ".join(told)


class Ear:
    """Hears all that is written down somewhere."""

    def __init__(self, caplog, script, private_key):
        self.caplog = caplog
        self.script = script
        self.pem = private_key.splitlines()[1]
        self.notes = []
        self.warned = []
        caplog.set_level(logging.DEBUG)

    @property
    def hooks(self):
        names = ("on_request", "on_retry", "on_wait", "on_token")
        return dict.fromkeys(names, lambda details: self.notes.append(f"{details!r} {details}"))

    def see(self, *values):
        self.notes += [f"{value!r} {value}" for value in values]

    def read(self, error):
        for each in (error, pickle.loads(pickle.dumps(error))):  # noqa: S301
            self.notes.append("".join(traceback.format_exception(each)))
            self.notes.append("".join(traceback.format_exception(each, chain=False)))
            told = each
            while told is not None:
                notes = getattr(told, "__notes__", ())
                self.notes.append(f"{told!r} {told} {told.args} {vars(told)} {notes}")
                told = told.__cause__ or told.__context__

    @contextmanager
    def listening(self):
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            try:
                yield
            except nw.NaverWorksError as error:
                self.read(error)
        self.warned += warned

    def heard(self):
        form = logging.Formatter("%(name)s %(message)s")
        logged = [f"{form.format(record)} {vars(record)}" for record in self.caplog.records]
        warned = [f"{warning.message!r} {warning.message}" for warning in self.warned]
        return "\n".join([*self.notes, *logged, *warned])

    def check(self, doing):
        heard = self.heard()
        assertions = [
            value
            for request in self.script.token_requests
            for value in parse_qs(request.content.decode()).get("assertion", ())
        ]
        for secret in (*HUSHED, self.pem, *assertions):
            assert secret not in heard, (doing, secret)
        assert self.notes, doing


@pytest.fixture
def ear(caplog, script, private_key):
    return Ear(caplog, script, private_key)


def prepare(world, call, step):
    """Have the call meet the step: an upload is two calls, and the second may fail as well."""
    world.script.steps.clear()
    world.script.otherwise = step
    if call == "attachments.put":
        made = {"fileId": "f-1", "uploadUrl": f"https://storage.example.com/{ADDRESS}"}
        world.script.play(lambda _: httpx.Response(200, json=made))


@pytest.mark.parametrize("failure", [None, *Failure])
def test_nothing_leaks_from_a_call(world, ear, steps_of, failure):
    step = 201 if failure is None else steps_of(failure, everything_a_careless_service_knows)
    tokens = nw.MemoryTokenStore()
    calls = {**CALLS, "attachments.put": CALLS["attachments.create"]}
    for name, call in calls.items():
        works = world.client(token_store=tokens, limiter=nw.RateBudget(per_minute=1), **ear.hooks)
        prepare(world, name, step)
        with ear.listening():
            ear.see(world.do(call(works)))
        ear.see(works, works.account, works.tokens, works.limiter, works.messages, tokens)
        ear.see(world.do(works.tokens.get()))
        ear.check(name)
    ear.see(nw.messages.Text(BODY), *world.script.requests[-1:])
    assert world.script.requests or failure is not None


@pytest.mark.parametrize("failure", Failure)
def test_nothing_leaks_from_the_token_endpoint(world, ear, steps_of, failure):
    def words(request):
        told = parse_qs(request.content.decode())
        return " ".join(
            [ADDRESS, request.content.decode(), *(v for vs in told.values() for v in vs)]
        )

    world.script.for_tokens = steps_of(failure, words)
    works = world.client(**ear.hooks)
    for call in ("send_to_user", "users.get"):
        with ear.listening():
            world.do(CALLS[call](works))
        ear.see(works, works.account, works.tokens)
        ear.check(call)
    assert world.script.requests == []


@pytest.mark.parametrize("failure", [None, *Failure])
def test_nothing_leaks_from_a_notifier(world, ear, steps_of, failure, clock):
    step = 201 if failure is None else steps_of(failure, everything_a_careless_service_knows)
    world.script.otherwise = step
    works = world.client(**ear.hooks)
    notifier = (nw.AsyncNotifier if world.loop else nw.Notifier)(works, clock=clock)
    alert = alerts.InterviewConfirmed(
        event_id="ev-1",
        occurred_at=clock.now(),
        posting=alerts.Posting(id="p-1", title=TITLE),
        candidate=alerts.Candidate(id="c-1", name=CANDIDATE),
        interview=alerts.Interview(
            id="iv-1",
            slot=alerts.Slot(
                start_at=clock.now() + timedelta(days=1), end_at=clock.now() + timedelta(days=2)
            ),
        ),
        assignee_ids=("u-1", "u-2"),
    )
    people = [
        policy.Person(id="u-1", name="이도현", email=ADDRESS),
        policy.Person(id="u-2", name="이도현", email=ADDRESS),
    ]
    with ear.listening():
        report = world.do(notifier.notify(alert, people))
    ear.see(notifier, report, *report.results, *people)
    for result in report.results:
        if result.error is not None:
            ear.read(result.error)
    ear.check("notify")
    assert len(report.results) == 2
    assert len(world.script.requests) >= (0 if failure else 2)


@pytest.mark.parametrize("failure", [None, *Failure])
def test_nothing_leaks_from_a_sync_of_members(world, ear, steps_of, failure, clock):
    page = {"users": [{"userId": "u-9", "email": ADDRESS, "aliasEmails": [ADDRESS]}]}
    step = (
        (lambda _: httpx.Response(200, json=page))
        if failure is None
        else steps_of(failure, everything_a_careless_service_knows)
    )
    world.script.otherwise = step
    works = world.client(**ear.hooks)
    members = (AsyncMembers if world.loop else Members)(clock=clock)
    person = policy.Person(id="u-1", name="이도현", email=ADDRESS)
    for call in (lambda: members.sync(works, [person]), lambda: members.find(works, person)):
        with ear.listening():
            ear.see(world.do(call()))
        ear.see(members, members.directory, members.lookup(person), person)
        ear.check("members")
    assert len(members) == (1 if failure is None else 0)


def test_a_hook_that_raises_fails_no_call(world, caplog):
    def broken(_):
        raise RuntimeError(ADDRESS)

    works = world.client(on_request=broken, on_token=broken)
    world.do(works.messages.send_to_user("u-1", nw.messages.Text("hi")))
    assert len(world.script.requests) == 1
    assert ADDRESS not in caplog.text


def test_an_object_in_an_unreadable_answer_is_not_quoted(world, ear):
    world.script.otherwise = lambda _: httpx.Response(200, json={"userId": 1.5, "email": ADDRESS})
    with pytest.raises(nw.InvalidResponse) as caught:
        world.do(world.client().users.get("u-1"))
    assert "userId" in str(caught.value)
    ear.read(caught.value)
    ear.check("users.get")
