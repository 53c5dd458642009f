"""Nothing of a key, a token, a secret, an address or a message gets out, whatever goes wrong."""

from __future__ import annotations

import logging
import pickle
import traceback
import warnings

import httpx
import pytest

import naverworks_notify as nw

ADDRESS = "dohyun.secret@example.com"
BODY = "연봉 협상 결과입니다"

FAULTS = {
    "success": 201,
    "400": lambda r: httpx.Response(400, json={"code": "X", "description": f"{ADDRESS} is bad"}),
    "401": 401,
    "403": 403,
    "404": 404,
    "429": 429,
    "500": 500,
    "redirect": httpx.Response(302, headers={"location": f"https://x.example/{ADDRESS}"}),
    "connect": httpx.ConnectError(f"cannot connect for {ADDRESS}"),
    "timeout": httpx.ReadTimeout(f"timeout for {ADDRESS}"),
    "reset": httpx.RemoteProtocolError(f"reset for {ADDRESS}"),
    "html": lambda r: httpx.Response(200, content=f"<html>{ADDRESS}</html>".encode()),
    "truncated": "truncated",
}


def everything_about(error):
    seen = []
    while error is not None:
        seen += [
            str(error),
            repr(error),
            repr(getattr(error, "__notes__", ())),
            repr(vars(error)),
            "".join(traceback.format_exception(error)),
        ]
        error = error.__cause__ or error.__context__
    return "\n".join(seen)


@pytest.mark.parametrize("call", ["send", "get", "keys"])
@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_leaks(world, private_key, caplog, fault, call):
    caplog.set_level(logging.DEBUG)
    seen = []
    works = world.client(
        on_request=lambda d: seen.append(repr(d)),
        on_retry=lambda d: seen.append(repr(d)),
        on_wait=lambda d: seen.append(repr(d)),
        on_token=lambda d: seen.append(repr(d)),
    )
    world.script.otherwise = FAULTS[fault]
    calls = {
        "send": lambda: works.messages.send_to_user(ADDRESS, nw.messages.Text(BODY)),
        "get": lambda: works.users.get(ADDRESS),
        "keys": lambda: works.users.set_external_keys({ADDRESS: "key-1"}),
    }
    told = ""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        try:
            world.do(calls[call]())
        except nw.NaverWorksError as error:
            told = everything_about(error)
            told += everything_about(pickle.loads(pickle.dumps(error)))  # noqa: S301
    told += "\n".join([*seen, repr(works), repr(works.tokens), repr(works.account)])
    told += "\n".join(str(warning.message) for warning in warned)
    told += "\n".join(record.getMessage() + repr(record.args) for record in caplog.records)
    pem = private_key.splitlines()[1]
    for secret in (ADDRESS, BODY, "token-1", "token-2", "hush-hush", pem, "dohyun"):
        assert secret not in told
    assert seen


def test_a_hook_that_raises_fails_no_call(world, caplog):
    def broken(_):
        raise RuntimeError(ADDRESS)

    works = world.client(on_request=broken, on_token=broken)
    world.do(works.messages.send_to_user("u-1", nw.messages.Text("hi")))
    assert len(world.script.requests) == 1
    assert ADDRESS not in caplog.text


def test_an_object_in_an_unreadable_answer_is_not_quoted(world):
    world.script.otherwise = lambda _: httpx.Response(200, json={"userId": 1.5, "email": ADDRESS})
    with pytest.raises(nw.InvalidResponse) as caught:
        world.do(world.client().users.get("u-1"))
    assert "userId" in str(caught.value)
    assert ADDRESS not in everything_about(caught.value)
