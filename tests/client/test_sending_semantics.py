"""The table of what is repeated and what is raised, row by row, over both clients."""

from __future__ import annotations

from itertools import product

import httpx
import pytest

import naverworks_notify as nw
from naverworks_notify.retry import SEMANTICS, Failure, Guarantee, Repeat, may_repeat

CALLS = {
    "read": lambda works: works.users.get("u-1"),
    "send": lambda works: works.messages.send_to_user("u-1", nw.messages.Text("hi")),
    "manage": lambda works: works.channels.create(["u-1"]),
}
GOOD = {
    "read": {"userId": "u-1"},
    "send": {},
    "manage": {"channelId": "c-1"},
}


def rows():
    # A refused token has a test of its own: what follows there is another token, not a retry.
    return [row for row in product(Failure, CALLS, Guarantee) if row[0] != Failure.UNAUTHORIZED]


@pytest.mark.parametrize(("failure", "effect", "guarantee"), rows())
def test_each_row_is_what_happens(world, steps_of, failure, effect, guarantee):
    treatment = SEMANTICS[failure][effect]
    world.script.otherwise = steps_of(failure)
    works = world.client(guarantee=guarantee, limiter=nw.Unlimited())
    repeats = may_repeat(failure, effect, guarantee)

    if treatment.raises is None:
        assert world.do(CALLS[effect](works)) is None
        assert len(world.script.requests) == 1
        return
    with pytest.raises(nw.NaverWorksError) as caught:
        world.do(CALLS[effect](works))
    assert type(caught.value).__name__ == treatment.raises
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    tried = len(world.clock.slept) + 1
    if failure is Failure.RATE_LIMITED:
        # Those use up the longest wait, and no attempts.
        assert 60 < sum(world.clock.slept) < 90.001
    else:
        assert tried == (3 if repeats else 1)


@pytest.mark.parametrize(
    ("failure", "effect", "guarantee"), [row for row in rows() if may_repeat(*row)]
)
def test_a_row_that_repeats_recovers(world, steps_of, failure, effect, guarantee):
    world.script.play(steps_of(failure))
    world.script.otherwise = lambda _: httpx.Response(200, json=GOOD[effect])
    works = world.client(guarantee=guarantee, limiter=nw.Unlimited())
    world.do(CALLS[effect](works))
    assert len(world.clock.slept) == 1


@pytest.mark.parametrize("effect", CALLS)
def test_a_refused_token_is_replaced_once_and_the_call_repeated_once(world, effect):
    world.script.play(401)
    world.script.otherwise = lambda _: httpx.Response(200, json=GOOD[effect])
    works = world.client()
    world.do(CALLS[effect](works))
    tokens = [request.headers["authorization"] for request in world.script.requests]
    assert tokens == ["Bearer token-1", "Bearer token-2"]
    assert world.clock.slept == []


@pytest.mark.parametrize("effect", CALLS)
def test_a_new_token_that_is_refused_too_is_the_end(world, effect):
    world.script.otherwise = 401
    works = world.client()
    with pytest.raises(nw.Unauthorized) as caught:
        world.do(CALLS[effect](works))
    assert len(world.script.requests) == 2
    assert world.script.tokens == 2
    assert "Developer Console" in caught.value.hint.en


def test_forbidden_replaces_no_token(world):
    world.script.otherwise = 403
    with pytest.raises(nw.Forbidden):
        world.do(CALLS["send"](world.client()))
    assert (len(world.script.requests), world.script.tokens) == (1, 1)


UNHINTED = {
    (Failure.RESET_BEFORE_SENT, "read"),
    (Failure.RESET_BEFORE_SENT, "send"),
    (Failure.RESET_BEFORE_SENT, "manage"),
    (Failure.WRITE, "read"),
    (Failure.RESET_AFTER_SENT, "read"),
}


@pytest.mark.parametrize(
    ("failure", "effect"),
    [
        (failure, effect)
        for failure, effect in product(Failure, CALLS)
        if SEMANTICS[failure][effect].raises in {"DeliveryUnknown", "TransportError"}
    ],
)
def test_what_got_no_answer_says_what_to_do_next(world, steps_of, failure, effect):
    world.script.otherwise = steps_of(failure)
    works = world.client(retry=nw.RetryPolicy(attempts=1))
    with pytest.raises((nw.DeliveryUnknown, nw.TransportError)) as caught:
        world.do(CALLS[effect](works))
    error = caught.value
    assert ("hint" not in vars(error)) == ((failure, effect) in UNHINTED)
    if "hint" not in vars(error):
        assert error.hint == nw.TransportError.hint
        return
    assert str(error).endswith(str(error.hint))
    assert error.hint.en.isascii()
    assert any("가" <= letter <= "힣" for letter in error.hint.ko)
    if isinstance(error, nw.DeliveryUnknown):
        wanted = "endpoints" if failure is Failure.REDIRECT else "at_least_once"
    elif effect == "manage" and error.may_have_acted:
        wanted = "Read first"
    else:
        wanted = {"connect_failed": "HTTPS_PROXY", "tls_failed": "cafile"}.get(error.cause, "")
    assert wanted in error.hint.en


def test_the_table_holds_the_promise_about_sends():
    repeated = {
        failure for failure, row in SEMANTICS.items() if row["send"].repeat is Repeat.ALWAYS
    }
    assert repeated == {
        Failure.CONNECT,
        Failure.POOL,
        Failure.RESET_BEFORE_SENT,
        Failure.RATE_LIMITED,
    }
    unknown = {
        failure for failure, row in SEMANTICS.items() if row["send"].raises == "DeliveryUnknown"
    }
    assert unknown == {
        Failure.WRITE,
        Failure.READ_TIMEOUT,
        Failure.RESET_AFTER_SENT,
        Failure.REDIRECT,
        Failure.INTERNAL_ERROR,
        Failure.BAD_GATEWAY,
        Failure.UNAVAILABLE,
        Failure.OTHER_SERVER_ERROR,
    }
    assert set(SEMANTICS) == set(Failure)
