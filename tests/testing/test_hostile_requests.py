"""Whatever comes in, the service answers in its own words and never with a fault of its own."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from naverworks_notify.testing import ManualClock, Simulator
from naverworks_notify.testing.service.endpoints import ROUTES
from naverworks_notify.wire import Request

# Without its bot, every later example would only meet a 404.
OPERATIONS = [route for route in ROUTES if route.operation != "bots.delete"]

segments = st.sampled_from(
    [
        *["2000001"] * 12,
        "10000001",
        "doyoon%40example.com",
        "..",
        "%2e%2e%2f",
        "%00",
        "%FF",
        "9" * 5000,
        "-1",
        "me",
        "default",
        "x",
    ]
)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)
names = st.sampled_from(
    [
        "content",
        "type",
        "text",
        "members",
        "botName",
        "users",
        "actions",
        "fileName",
        "fileId",
        "size",
        "areas",
        "visible",
        "userId",
        "i18nBotNames",
    ]
)
bodies = st.one_of(
    st.binary(max_size=40),
    st.dictionaries(names, values, max_size=5).map(lambda value: json.dumps(value).encode()),
    values.map(lambda value: json.dumps(value).encode()),
    st.just(b"[" * 100_000),
)
queries = st.dictionaries(
    st.sampled_from(["count", "cursor", "domainId", "hasExternalKey"]),
    st.sampled_from(["0", "1", "-1", "9" * 5000, "+/x==", "true", "%FF", ""]),
    max_size=3,
).map(lambda found: "&".join(f"{name}={value}" for name, value in found.items()))


@pytest.fixture(scope="module")
def open_service():
    simulator = Simulator(clock=ManualClock(datetime(2026, 3, 2, tzinfo=UTC)))
    simulator.service.per_minute = simulator.service.rooms_per_minute = 10**9
    service, app = simulator.service, simulator.service.tokens.apps["simulated-client-10000001"]
    grant = service.tokens._grant(app, app.scopes, service.now(), service.behaviour)
    return service, grant.access_token


@settings(max_examples=300)
@given(data=st.data(), body=bodies, query=queries, route=st.sampled_from(OPERATIONS))
def test_every_operation_stands_any_body_query_and_path(open_service, data, body, query, route):
    service, token = open_service
    path = "".join(
        f"/{data.draw(segments) if part.startswith('{') else part}" for part in route.segments
    )
    answer = service.handle(
        Request(
            method=route.method,
            url=f"https://api.test/v1.0{path}?{query}",
            headers={"Authorization": f"Bearer {token}"},
            content=body,
        )
    )
    assert answer.status < 500
    if answer.status >= 400:
        assert set(json.loads(answer.content)) == {"code", "description"}


@given(st.binary(max_size=80), st.sampled_from(["token", "revoke"]))
def test_the_token_endpoint_stands_any_form(open_service, body, path):
    service, _ = open_service
    answer = service.handle(
        Request(method="POST", url=f"https://auth.test/oauth2/v2.0/{path}", content=body)
    )
    assert answer.status in {400, 401}
    assert set(json.loads(answer.content)) == {"error", "error_description"}


@given(st.binary(max_size=80), st.text(max_size=30))
def test_the_storage_stands_any_upload(open_service, body, kind):
    service, token = open_service
    bearer = {"authorization": f"Bearer {token}"}
    made = service.handle(
        Request(
            method="POST",
            url="https://api.test/v1.0/bots/2000001/attachments",
            headers=bearer,
            content=b"{}",
        )
    )
    answer = service.handle(
        Request(
            method="POST",
            url=json.loads(made.content)["uploadUrl"],
            headers={**bearer, "content-type": f"multipart/form-data; boundary={kind}"},
            content=body,
        )
    )
    assert answer.status in {200, 400}
