"""`works.request` calls an endpoint that has no method here yet."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import UUID

import httpx
import pytest

import naverworks_notify as nw
from naverworks_notify.operations import ENDPOINTS, Effect
from naverworks_notify.operations.request import request


def answers(body, status=200):
    return lambda _: httpx.Response(status, json=body)


def test_an_unknown_endpoint_is_called_with_token_and_encoded_values(world):
    world.script.play(answers({"things": [1, None]}))
    works = world.client()
    found = world.do(
        works.request(
            "GET",
            "/bots/{botId}/things/{id}",
            values={"id": "a/b?c#d e@x"},
            query={"cursor": "x y", "on": True, "n": 3, "tag": ["a", "b"], "none": None},
        )
    )
    assert found == {"things": [1, None]}
    (sent,) = world.script.requests
    assert sent.url.raw_path == (
        b"/v1.0/bots/2000001/things/a%2Fb%3Fc%23d%20e@x?cursor=x+y&on=true&n=3&tag=a&tag=b"
    )
    assert sent.headers["authorization"] == "Bearer token-1"


def test_a_body_is_json(world):
    works = world.client()
    assert world.do(works.request("post", "/things", json={"이름": [1.5, None, True]})) is None
    (sent,) = world.script.requests
    assert sent.method == "POST"
    assert sent.headers["content-type"] == "application/json"
    assert json.loads(sent.content) == {"이름": [1.5, None, True]}


@pytest.mark.parametrize("value", [7, "7", UUID(int=7)])
def test_values_are_text_integers_and_uuids(value):
    assert request("GET", "/things/{id}", values={"id": value}).path == f"/things/{value}"


@pytest.mark.parametrize(
    ("arguments", "paths"),
    [
        (("HEAD", "/x"), ["method"]),
        ((None, "/x"), ["method"]),
        (("GET", "x"), ["path"]),
        (("GET", ""), ["path"]),
        (("GET", None), ["path"]),
        (("GET", "//evil.example/x"), ["path"]),
        (("GET", "https://evil.example/x"), ["path"]),
        (("GET", "/x/../y"), ["path"]),
        (("GET", "/x/./y"), ["path"]),
        (("GET", "/x/.../y"), ["path"]),
        (("GET", "/x/"), ["path"]),
        (("GET", "/x?y=1"), ["path"]),
        (("GET", "/x#y"), ["path"]),
        (("GET", "/x%2e"), ["path"]),
        (("GET", "/users/a@example.com"), ["path"]),
        (("GET", "/users/도윤"), ["path"]),
        (("GET", "/x\r\nHost: y"), ["path"]),
        (("GET", "/x-{id}"), ["path"]),
        (("GET", "/{}"), ["path"]),
        (("GET", "/{a b}"), ["path"]),
        (("GET", "/" * 99), ["path"]),
        (("GET", "/x/{id}"), ["values.id"]),
        (("GET", "/bots/{botId}"), ["values.botId"]),
    ],
)
def test_what_is_no_path_of_the_api_is_refused(arguments, paths):
    with pytest.raises(nw.InvalidValue) as caught:
        request(*arguments)
    assert [violation.path for violation in caught.value.violations] == paths


@pytest.mark.parametrize(
    "value",
    ["", " ", "..", ".", "a/../b", "a\nb", "\ud800", "x" * 1001, None, 1.5, True, b"x", [], 0, -1],
)
def test_what_is_no_id_is_refused(value):
    with pytest.raises(nw.InvalidValue) as caught:
        request("GET", "/things/{id}", values={"id": value})
    assert [violation.path for violation in caught.value.violations] == ["values.id"]


@pytest.mark.parametrize(
    "body",
    [
        float("nan"),
        {"a": [float("inf")]},
        {"a": "\ud800"},
        {"\ud800": 1},
        {1: 2},
        {"a": {1, 2}},
        object(),
        b"x",
        10**5000,
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_no_json_is_refused(body):
    with pytest.raises(nw.InvalidValue) as caught:
        request("POST", "/things", json=body)
    assert caught.value.violations[0].path.startswith("json")


def test_json_that_has_no_end_is_refused():
    endless: list = []
    endless.append(endless)
    with pytest.raises(nw.InvalidValue, match="nested deeper"):
        request("POST", "/things", json=endless)


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ({"a": 1.5}, "query.a"),
        ({"a": {"b": 1}}, "query.a"),
        ({"a": "\ud800"}, "query.a"),
        ({"a": [None]}, "query.a"),
        ({"a": b"x"}, "query.a"),
        ({"": "x"}, "query"),
        ({1: "x"}, "query"),
        ({"\ud800": "x"}, "query"),
        ("a=1", "query"),
        ([("a", 1)], "query"),
    ],
)
def test_what_is_no_query_is_refused(query, path):
    with pytest.raises(nw.InvalidValue) as caught:
        request("GET", "/things", query=query)
    assert [violation.path for violation in caught.value.violations] == [path]


def test_all_faults_are_told_at_once():
    with pytest.raises(nw.InvalidValue) as caught:
        request("X", "/a b/{id}", values={"other": 1}, query={"a": 1.5}, json={1: 2})
    assert {violation.path for violation in caught.value.violations} == {
        "method",
        "path",
        "values.id",
        "values.other",
        "query.a",
        "json",
    }
    with pytest.raises(nw.InvalidValue, match="use query="):
        request("GET", "/things", json={})
    with pytest.raises(nw.InvalidValue, match="mapping"):
        request("GET", "/things", values=["x"])


@pytest.mark.parametrize(
    ("method", "path", "values", "name"),
    [
        ("GET", "/users/{who}", {"who": "a@example.com"}, "users.get"),
        ("GET", "/users/external-keys", {}, "users.external_keys"),
        # The service cannot tell these apart either.
        ("GET", "/users/{who}", {"who": "external-keys"}, "users.external_keys"),
        ("GET", "/bots/{b}", {"b": 7}, "bots.get"),
        ("DELETE", "/bots/7", {}, "bots.delete"),
        ("POST", "/bots/{b}/users/{u}/messages", {"b": 7, "u": "x"}, "messages.send_to_user"),
        ("POST", "/bots/7/users/{u}/{w}", {"u": "x", "w": "messages"}, "messages.send_to_user"),
        ("POST", "/bots/7/channels/c-1/messages", {}, "messages.send_to_channel"),
        ("POST", "/bots/{b}/channels", {"b": 7}, "channels.create"),
        ("GET", "/bots/7/attachments/{f}", {"f": "x"}, "attachments.download_url"),
    ],
)
def test_a_path_of_a_known_endpoint_is_that_endpoint(method, path, values, name):
    operation = request(method, path, values=values)
    endpoint = ENDPOINTS[name]
    assert operation.endpoint.name == name
    assert operation.endpoint.effect is endpoint.effect
    assert operation.endpoint.scopes == endpoint.scopes
    assert operation.endpoint.limit is endpoint.limit
    assert operation.endpoint.serial is endpoint.serial
    if "7" in operation.path:
        assert operation.resource == 7


def test_any_other_is_a_read_or_a_change_with_a_limit_of_its_own():
    read, other = request("GET", "/x/{a}", values={"a": 1}), request("GET", "/y")
    assert read.endpoint.effect is Effect.READ
    assert read.endpoint.name == request("GET", "/x/{b}", values={"b": 2}).endpoint.name
    assert read.endpoint.name != other.endpoint.name
    assert "1" not in read.endpoint.name
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert request(method, "/x").endpoint.effect is Effect.MANAGE


def test_a_read_is_repeated_and_a_change_is_not(world):
    world.script.play(503, answers([1]), 503)
    works = world.client()
    assert world.do(works.request("GET", "/things")) == [1]
    with pytest.raises(nw.ServerError) as caught:
        world.do(works.request("POST", "/things", json={}))
    assert caught.value.operation == "POST /things"
    assert len(world.script.requests) == 3


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (lambda _: httpx.Response(302, headers={"location": "https://x.example"}), "redirect"),
        (lambda _: httpx.Response(200, content=b"<html>"), "not readable JSON"),
        (lambda _: httpx.Response(200, content=b'{"a": NaN}'), "not readable JSON"),
        (lambda _: httpx.Response(200, content=b"\xff\xfe"), "not readable JSON"),
        (lambda _: httpx.Response(200, content=b"[" * 99999), "not readable JSON"),
    ],
)
@pytest.mark.parametrize("path", ["/things", "/bots/2000001/attachments/f-1"])
def test_a_redirect_or_no_json_is_an_invalid_response(world, step, told, path):
    world.script.play(step)
    with pytest.raises(nw.InvalidResponse, match=told):
        world.do(world.client().request("GET", path))


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_an_empty_answer_is_none(world, status):
    world.script.play(status)
    assert world.do(world.client().request("DELETE", "/things/{id}", values={"id": 1})) is None


def test_a_message_has_the_promise_of_a_message(world):
    world.script.play(201, 503)
    works = world.client()
    arguments = ("POST", "/bots/{botId}/users/{id}/messages")
    body = {"content": {"type": "text", "text": "hi"}}
    assert world.do(works.request(*arguments, values={"id": "u-1"}, json=body)) is None
    with pytest.raises(nw.DeliveryUnknown):
        world.do(works.request(*arguments, values={"id": "u-1"}, json=body))
    assert len(world.script.requests) == 2


def test_each_unknown_path_has_a_place_of_its_own_in_the_budget(world):
    options = {
        "limiter": nw.RateBudget(per_minute=1),
        "retry": nw.RetryPolicy(max_wait=timedelta()),
    }
    world.script.otherwise = answers({})
    works = world.client(**options)
    world.do(works.request("GET", "/things/{id}", values={"id": 1}))
    world.do(works.request("GET", "/others"))
    with pytest.raises(nw.BudgetExhausted):
        world.do(works.request("GET", "/things/{x}", values={"x": 2}))


def test_no_address_stands_in_an_error(world):
    world.script.play(404)
    with pytest.raises(nw.NotFound) as caught:
        world.do(world.client().request("GET", "/x/{id}", values={"id": "a@example.com"}))
    assert "example" not in str(caught.value)
    assert caught.value.operation == "GET /x/{}"
