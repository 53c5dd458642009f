"""Whatever a caller hands in is refused in our words, before anything is sent."""

from __future__ import annotations

import inspect
import ssl
from datetime import timedelta

import pytest

import naverworks_notify as nw
from naverworks_notify.client import ClientOptions
from naverworks_notify.tenants import AsyncTenants, Tenants

TEXT = nw.messages.Text("hi")
CLIENTS = (nw.Client, nw.AsyncClient)
ODD = [
    3,
    -1,
    True,
    1.5,
    float("nan"),
    10**400,
    "x",
    "\ud800",
    b"x",
    [],
    {},
    object(),
    type,
    timedelta.min,
    timedelta.max,
]
# What is odd for most options and right for these.
RIGHT = {
    "bot_id": (int,),
    "only_to": (str, list, dict),
    "redirect_to": (str,),
    "timeout": (int, float),
}
HOOKS = ("on_request", "on_retry", "on_wait", "on_circuit", "on_token")


@pytest.mark.parametrize("kind", CLIENTS)
@pytest.mark.parametrize("name", inspect.signature(ClientOptions).parameters)
def test_an_option_of_another_type_is_refused_by_its_name(account, kind, name):
    for value in ODD:
        if isinstance(value, RIGHT.get(name, ())) or (name in HOOKS and callable(value)):
            continue
        with pytest.raises(nw.InvalidValue) as caught:
            kind(account, **{name: value})
        assert [violation.path for violation in caught.value.violations] == [name]


@pytest.mark.parametrize("kind", [*CLIENTS, Tenants, AsyncTenants])
def test_all_that_is_wrong_is_told_at_once(kind):
    wrong = {
        "transport": 5,
        "endpoints": "https://x.example",
        "token_store": {},
        "clock": 0,
        "retry": 3,
        "guarantee": "exactly_once",
        "breaker": True,
        "only_to": 3,
        "redirect_to": 3,
        "timeout": 0,
        "ssl_context": True,
        **dict.fromkeys(HOOKS, "print"),
    }
    arguments = ()
    if kind in CLIENTS:
        wrong |= {"bot_id": 0, "limiter": 60}
        arguments = ("app",)
    else:
        wrong |= {"idle_after": 1, "most": 0, "lookup": 3, "limiter": nw.Unlimited()}
    with pytest.raises(nw.InvalidValue) as caught:
        kind(*arguments, **wrong)
    told = {violation.path for violation in caught.value.violations}
    assert told == {*wrong, *(("account",) if arguments else ())}


@pytest.mark.parametrize("kind", CLIENTS)
def test_a_variable_that_is_wrong_is_told_with_the_rest(account, kind, monkeypatch):
    monkeypatch.setenv("NAVERWORKS_API_URL", "ftp://x")
    monkeypatch.setenv("NAVERWORKS_ONLY_TO", "*")
    with pytest.raises(nw.InvalidValue) as caught:
        kind(account, timeout=0)
    told = [violation.path for violation in caught.value.violations]
    assert len(told) == 3
    assert {"NAVERWORKS_ONLY_TO", "timeout"} < set(told)


def test_a_name_that_is_no_option_is_a_type_error(account):
    with pytest.raises(TypeError, match="tiemout"):
        nw.Client(account, tiemout=5)


@pytest.mark.parametrize("kind", CLIENTS)
def test_a_class_is_none_of_its_instances(account, kind):
    for name, value in (
        ("limiter", nw.RateBudget),
        ("token_store", nw.MemoryTokenStore),
        ("retry", nw.RetryPolicy),
        ("breaker", nw.Breaker),
        ("endpoints", nw.Endpoints),
        ("ssl_context", ssl.SSLContext),
    ):
        with pytest.raises(nw.InvalidValue) as caught:
            kind(account, **{name: value})
        assert [violation.path for violation in caught.value.violations] == [name]


def methods_of(owner, prefix=""):
    for name in dir(owner):
        value = getattr(owner, name)
        if name.startswith("_") or name in {"close", "from_env", "over", "tokens", "limiter"}:
            continue
        if inspect.ismethod(value):
            yield prefix + name, value
        elif hasattr(value, "_runner"):
            yield from methods_of(value, f"{prefix}{name}.")


GOOD = {
    "content": TEXT,
    "members": ["u-1"],
    "method": "GET",
    "path": "/things",
    "pairs": [],
    "domain_id": 1,
}
IDS = ["", " ", ".", "..", "a/../b", "\ud800", "a\ud800", "a\nb", "x" * 70_000, "한" * 1200]
OTHERS = [None, 3, 0, -1, 1.5, float("nan"), 10**5000, b"x", [], {}, object(), True, ("a",), "x"]


def test_no_argument_of_any_method_brings_out_a_foreign_exception(account, script, clock):
    works = nw.Client(
        account,
        bot_id=1,
        transport=script,
        clock=clock,
        endpoints=nw.Endpoints(),
        limiter=nw.Unlimited(),
        breaker=None,
        retry=nw.RetryPolicy(attempts=1),
    )
    tried = 0
    for name, method in methods_of(works):
        parameters = inspect.signature(method).parameters.values()
        needed = {
            one.name: GOOD.get(one.name, "x") for one in parameters if one.default is one.empty
        }
        for parameter in parameters:
            for value in (*IDS, *OTHERS):
                tried += 1
                try:
                    result = method(**{**needed, parameter.name: value})
                    if inspect.isgenerator(result):
                        list(result)
                except nw.NaverWorksError:
                    pass
                except Exception as error:
                    error.add_note(f"{name}({parameter.name}={type(value).__name__})")
                    raise
    assert tried > 2000
    for request in script.requests:
        request.url.path.encode()


@pytest.mark.parametrize("user_id", IDS)
def test_an_id_that_is_none_is_refused_before_anything(world, user_id):
    works = world.client()
    for call in (
        lambda: works.messages.send_to_user(user_id, TEXT),
        lambda: works.messages.send_to_channel(user_id, TEXT),
        lambda: works.users.get(user_id),
        lambda: works.groups.members(user_id),
        lambda: works.request("GET", "/x/{id}", values={"id": user_id}),
    ):
        with pytest.raises(nw.InvalidValue):
            world.do(call())
    assert not world.script.requests
    assert not world.script.token_requests
