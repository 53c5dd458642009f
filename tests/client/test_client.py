"""What both clients do with options, pages, ids, tokens and hooks."""

from __future__ import annotations

import inspect
import ssl
from datetime import timedelta

import httpx
import pytest

import naverworks_notify as nw
from naverworks_notify.bots import BotChanges
from naverworks_notify.client.fast import FastTransport
from naverworks_notify.operations import ENDPOINTS
from naverworks_notify.testing import ManualClock

TEXT = nw.messages.Text("hi")


def json(value, status=200):
    return lambda _: httpx.Response(status, json=value)


def test_pages_are_read_as_they_are_needed_with_the_cursor_encoded(world):
    cursor = "+/a=&b==?#"
    world.script.play(
        json({"users": [{"userId": "u-1"}], "responseMetaData": {"nextCursor": cursor}}),
        json({"users": [{"userId": "u-2"}], "responseMetaData": {"nextCursor": ""}}),
    )
    users = world.do(world.client().users.list(count=1))
    assert [user.user_id for user in users] == ["u-1", "u-2"]
    assert [dict(r.url.params) for r in world.script.requests] == [
        {"count": "1"},
        {"count": "1", "cursor": cursor},
    ]


@pytest.mark.parametrize("last", [{}, {"responseMetaData": {"nextCursor": None}}])
def test_a_list_ends_without_a_cursor(world, last):
    world.script.play(json({"users": [], **last}))
    assert world.do(world.client().users.list()) == []


def test_a_repeated_cursor_is_refused(world):
    world.script.otherwise = json(
        {"users": [{"userId": "u-1"}], "responseMetaData": {"nextCursor": "same"}}
    )
    with pytest.raises(nw.InvalidResponse, match="same cursor"):
        world.do(world.client().users.list())
    assert len(world.script.requests) == 2


def test_options_of_a_list_are_checked_before_iterating(world):
    with pytest.raises(nw.InvalidValue, match="count"):
        world.client().users.list(count=101)


@pytest.mark.parametrize(
    "user_id", ["", " ", ".", "..", "../u", "a/../b", "a\\..\\b", "a\nb", "me"]
)
def test_an_id_that_would_lead_elsewhere_is_refused(world, user_id):
    works = world.client()
    for call in (
        lambda: works.users.get(user_id),
        lambda: works.messages.send_to_user(user_id, TEXT),
    ):
        with pytest.raises(nw.InvalidValue):
            world.do(call())
    assert world.script.requests == []


@pytest.mark.parametrize(
    ("user_id", "path"),
    [
        ("a b?c#d%e", b"/v1.0/users/a%20b%3Fc%23d%25e"),
        ("externalKey:k-1", b"/v1.0/users/externalKey%3Ak-1"),
        ("김@example.com", b"/v1.0/users/%EA%B9%80@example.com"),
        ("a/b", b"/v1.0/users/a%2Fb"),
    ],
)
def test_every_segment_is_encoded(world, user_id, path):
    world.script.otherwise = json({"userId": "u-1"})
    world.do(world.client().users.get(user_id))
    assert world.script.requests[0].url.raw_path == path


def test_content_that_is_none_is_told_in_one_sentence(world):
    with pytest.raises(nw.InvalidMessage, match=r"messages\.Text"):
        world.do(world.client().messages.send_to_user("u-1", "hi"))


def test_a_client_without_a_bot_says_where_the_number_is(world):
    works = world.client(bot_id=None)
    with pytest.raises(nw.InvalidValue, match="Developer Console"):
        world.do(works.messages.send_to_user("u-1", TEXT))
    world.do(works.messages.send_to_user("u-1", TEXT, bot_id=7))
    assert world.script.requests[0].url.path == "/v1.0/bots/7/users/u-1/messages"


@pytest.mark.parametrize(
    "options",
    [
        {"endpoints": "https://api.example.com"},
        {"endpoints": nw.Endpoints},
        {"token_store": "tokens.json"},
        {"token_store": nw.MemoryTokenStore},
        {"token_store": {}},
        {"clock": 5},
        {"clock": ManualClock},
        {"limiter": nw.RateBudget},
        {"retry": nw.RetryPolicy},
        {"timeout": -1},
        {"timeout": "10"},
        {"guarantee": []},
        {"on_request": "log"},
        {"on_retry": 1},
        {"on_wait": ()},
        {"on_token": {}},
        {"bot_id": 0},
        {"bot_id": "x"},
        {"bot_id": True},
        {"timeout": 0},
        {"timeout": None},
        {"timeout": timedelta(0)},
        {"timeout": float("nan")},
        {"timeout": float("inf")},
        {"guarantee": "exactly_once"},
        {"retry": 3},
        {"guarantee": None},
        {"limiter": 240},
        {"account": "app"},
        {"transport": "proxy"},
        {"ssl_context": False},
    ],
    ids=str,
)
def test_a_wrong_option_is_refused_by_its_name(world, options):
    with pytest.raises(nw.InvalidValue) as caught:
        world.client(**options)
    assert [violation.path for violation in caught.value.violations] == list(options)


def test_all_wrong_options_are_told_at_once(world):
    with pytest.raises(nw.InvalidValue) as caught:
        world.client(endpoints="x", clock=5, bot_id=0, limiter=240)
    told = {violation.path for violation in caught.value.violations}
    assert told == {"endpoints", "clock", "bot_id", "limiter"}


def test_verification_cannot_be_switched_off_by_a_context(world):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with pytest.raises(nw.InvalidValue, match="verify"):
        world.client(ssl_context=context)
    with pytest.raises(nw.InvalidValue, match="verify"):
        FastTransport(ssl_context=context)
    context.verify_mode = ssl.CERT_REQUIRED
    with pytest.raises(nw.InvalidValue, match="host names"):
        FastTransport(ssl_context=context)


def test_digits_name_a_bot_and_a_timedelta_a_timeout(world):
    works = world.client(bot_id="2000001", timeout=timedelta(seconds=3))
    assert works.bot_id == 2000001
    world.do(works.messages.send_to_user("u-1", TEXT))
    assert world.script.requests[0].extensions["timeout"] == {
        "connect": 3.0,
        "read": 3.0,
        "write": 3.0,
        "pool": 3.0,
    }


def test_from_env_reads_account_and_bot(world, private_key, monkeypatch):
    for name, value in {
        "CLIENT_ID": "app-9",
        "CLIENT_SECRET": "s",
        "SERVICE_ACCOUNT_ID": "x.serviceaccount@example.com",
        "PRIVATE_KEY": private_key,
        "BOT_ID": "42",
        "API_URL": "https://api.example.com/v1.0",
    }.items():
        monkeypatch.setenv(f"NAVERWORKS_{name}", value)
    kind = nw.AsyncClient if world.kind == "async" else nw.Client
    works = kind.from_env(transport=world.script)
    assert (works.bot_id, works.account.client_id) == (42, "app-9")
    world.do(works.messages.send_to_user("u-1", TEXT))
    assert world.script.requests[0].url.host == "api.example.com"
    assert kind.from_env(bot_id=7).bot_id == 7


def test_a_missing_scope_is_told_before_any_call(world, private_key):
    account = nw.ServiceAccount(
        client_id="app-1",
        client_secret="s",
        service_account_id="x.serviceaccount@example.com",
        private_key=private_key,
        scopes=("bot.message",),
    )
    works = world.client(account=account)
    with pytest.raises(nw.MissingScope) as caught:
        world.do(works.users.get("u-1"))
    assert caught.value.scopes == tuple(sorted(ENDPOINTS["users.get"].scopes))
    assert world.script.requests == []
    # The scopes of this one are not documented, so the service has to tell.
    world.script.otherwise = 204
    world.do(works.richmenus.delete("40001"))
    assert len(world.script.requests) == 1


def test_the_service_says_how_long_to_wait(world):
    world.script.play(httpx.Response(429, headers={"retry-after": "7"}))
    world.do(world.client(limiter=nw.Unlimited()).messages.send_to_user("u-1", TEXT))
    assert world.clock.slept == [8.0]  # seconds may have been cut off


def test_a_wait_beyond_the_cap_is_not_begun(world):
    world.script.otherwise = lambda _: httpx.Response(429, headers={"X-RateLimit-Reset": "91"})
    with pytest.raises(nw.RateLimited) as caught:
        world.do(world.client(limiter=nw.Unlimited()).messages.send_to_user("u-1", TEXT))
    assert caught.value.retry_after == timedelta(seconds=91)
    assert world.clock.slept == []


def test_one_attempt_means_one(world):
    world.script.otherwise = 429
    works = world.client(retry=nw.RetryPolicy(attempts=1))
    with pytest.raises(nw.RateLimited):
        world.do(works.messages.send_to_user("u-1", TEXT))
    assert len(world.script.requests) == 1


def test_hooks_see_each_request_retry_wait_and_token(world):
    seen = []
    works = world.client(
        on_request=seen.append,
        on_retry=seen.append,
        on_wait=seen.append,
        on_token=seen.append,
        limiter=nw.RateBudget(per_minute=1),
    )
    world.script.play(httpx.Response(503, headers={"x-request-id": "r-1"}), json({"userId": "u-1"}))
    world.do(works.users.get("u-1"))
    kinds = [type(details).__name__ for details in seen]
    assert kinds == [
        "TokenDetails",
        "RequestDetails",
        "RetryDetails",
        "WaitDetails",
        "RequestDetails",
    ]
    first, second = seen[1], seen[4]
    assert (first.operation, first.status, first.failure, first.attempt, first.request_id) == (
        "users.get",
        503,
        "503",
        1,
        "r-1",
    )
    assert (second.status, second.failure, second.attempt) == (200, None, 2)
    assert first.template == "/users/{userId}"


def test_errors_carry_code_description_and_request_id(world):
    world.script.otherwise = lambda _: httpx.Response(
        404,
        json={"code": "USER_NOT_EXIST", "description": "No user\n a@b.example here."},
        headers={"X-Request-Id": "r-9"},
    )
    with pytest.raises(nw.NotFound) as caught:
        world.do(world.client().messages.send_to_user("u-1", TEXT))
    error = caught.value
    assert (error.status, error.code, error.description, error.operation, error.request_id) == (
        404,
        "USER_NOT_EXIST",
        "No user … here.",
        "messages.send_to_user",
        "r-9",
    )
    assert "Admin" in error.hint.en
    assert "관리자" in error.hint.ko


@pytest.mark.parametrize(
    ("answer", "named", "not_named"),
    [
        ({"code": "NOT_FOUND", "description": "The bot does not exist."}, "Bot ID", "Members"),
        ({"code": "BOT_NOT_EXIST"}, "Bot ID", "Members"),
        ({"code": "NOT_FOUND", "description": "The user does not exist."}, "Members", "Console"),
        (None, "Bot ID", "Console"),
        (None, "user's id", "Console"),
    ],
)
def test_the_hint_of_a_404_names_the_id_that_is_unknown(world, answer, named, not_named):
    world.script.otherwise = lambda _: httpx.Response(404, json=answer)
    with pytest.raises(nw.NotFound) as caught:
        world.do(world.client().messages.send_to_user("u-1", TEXT))
    assert named in caught.value.hint.en
    assert not_named not in caught.value.hint.en


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b"{", b'{"code":5}', b"\xff"])
def test_an_error_without_the_documented_body_is_an_error_all_the_same(world, body):
    world.script.otherwise = lambda _: httpx.Response(403, content=body)
    with pytest.raises(nw.Forbidden) as caught:
        world.do(world.client().users.get("u-1"))
    assert caught.value.code is None


def test_closing_twice_does_nothing_and_a_handed_in_transport_stays_open(world):
    works = world.client()
    close = works.aclose if world.kind == "async" else works.close
    world.do(close())
    world.do(close())
    with pytest.raises(RuntimeError, match="closed"):
        world.do(works.messages.send_to_user("u-1", TEXT))
    world.do(world.client().messages.send_to_user("u-1", TEXT))


def test_an_unreachable_token_endpoint_is_retried_like_any_connect_failure(world):
    class Down(type(world.script)):
        def _token(self, request):
            if request.url.path.endswith("/token") and self.tokens < 2:
                self.tokens += 1
                raise httpx.ReadTimeout("timed out")
            return super()._token(request)

    script = Down()
    world.do(world.client(transport=script).messages.send_to_user("u-1", TEXT))
    assert len(script.requests) == 1
    assert len(world.clock.slept) == 2


def test_external_keys_go_out_fifty_at_a_time(world):
    world.script.otherwise = 204
    world.do(world.client().users.set_external_keys({f"u-{i}": f"k-{i}" for i in range(120)}))
    assert len(world.script.requests) == 3


def test_a_patch_answered_with_nothing_says_that_it_was_carried_out(world):
    with pytest.raises(nw.InvalidResponse, match="was carried out"):
        world.do(world.client().bots.patch(BotChanges(description="x")))


def methods_of(kind):
    found = {}
    todo = [("", kind)]
    while todo:
        prefix, owner = todo.pop()
        for name, value in inspect.getmembers(owner):
            if name.startswith("_") or inspect.isclass(value):
                continue
            if inspect.isfunction(value) or inspect.ismethod(value):
                found[prefix + name] = value
        for name, hint in getattr(owner, "__annotations__", {}).items():
            home = inspect.getmodule(owner)
            todo.append((f"{prefix}{name}.", getattr(home, hint)))
    return found


SAME = {"aclose": "close"}


def test_both_clients_have_the_same_names_signatures_and_docs():
    of_async = {SAME.get(name, name): m for name, m in methods_of(nw.AsyncClient).items()}
    of_sync = methods_of(nw.Client)
    assert set(of_async) == set(of_sync)
    assert len(of_sync) > 50
    for name, method in of_sync.items():
        twin = of_async[name]
        assert str(inspect.signature(method)).replace("Async", "") == str(
            inspect.signature(twin)
        ).replace("Async", ""), name
        assert inspect.getdoc(method) == inspect.getdoc(twin), name


def test_every_endpoint_has_a_method_of_its_name():
    methods = set(methods_of(nw.Client))
    assert methods >= set(ENDPOINTS) - {"attachments.put"}
