"""Whatever comes in, the service answers in its own words and never with a fault of its own."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from naverworks_notify.simulator.service.endpoints import ROUTES
from naverworks_notify.testing import ManualClock, Simulator
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
    simulator.service.state.per_minute = simulator.service.state.rooms_per_minute = 10**9
    service, app = (
        simulator.service,
        simulator.service.state.tokens.apps["simulated-client-10000001"],
    )
    grant = service.state.tokens._grant(
        app, app.scopes, service.state.now(), service.state.behaviour
    )
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


@pytest.mark.parametrize(
    "kind", [b"text/\xff", "한/글".encode(), b"a\x00b/c", b"x/y\x7f", b"t\tx/y z", b"image/png"]
)
@pytest.mark.parametrize("name", ["a.png", "한글\x00\n.pdf", "\u202e", "a" * 1000])
def test_an_upload_of_any_type_and_name_comes_back(rim, kind, name):
    bot = "/v1.0/bots/2000001"
    made = rim.client.post(f"{bot}/attachments", json={"fileName": name}).json()
    head = b'--x\r\ncontent-disposition: form-data; name="Filedata"; filename="f"\r\n'
    body = head + b"content-type: " + kind + b"\r\n\r\ndata\r\n--x--\r\n"
    form = {"content-type": "multipart/form-data; boundary=x"}
    stored = rim.client.post(made["uploadUrl"], content=body, headers=form)
    assert stored.status_code == 200
    found = rim.client.get(f"{bot}/attachments/{made['fileId']}")
    assert rim.client.get(found.headers["location"]).content == b"data"


PIECES = st.sampled_from(
    [
        b"--x",
        b"--x--",
        b"\r\n",
        b"\r\n\r\n",
        b'content-disposition: form-data; name="Filedata"; filename="f"\r\n',
        b"content-disposition: form-data; name=Filedata; filename*=\r\n",
        b"content-disposition: form-data; name*0=\"File\"; filename*0*=utf-8''%ff\r\n",
        b"content-type: multipart/mixed; boundary=x\r\n",
        b"content-type: message/rfc822\r\n",
        b"content-type: ;;;=\r\n",
        b"content-type: text/plain; charset=nope\r\n",
        b"content-transfer-encoding: base64\r\n",
        b"content-transfer-encoding: x-uuencode\r\n",
        b"\xff\xfe",
        b": \r\n x",
    ]
)
TYPES = st.sampled_from(
    [
        "multipart/form-data; boundary=x",
        'multipart/form-data; boundary="x',
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\xff; charset=\ud800",
        "multipart/form-data; boundary*=utf-8''x",
        "multipart/form-data; boundary=x\r\nx: y",
        "multipart/form-data",
        "application/json",
    ]
)


@settings(max_examples=200)
@given(st.lists(PIECES, max_size=14).map(b"".join), TYPES)
def test_the_storage_stands_any_multipart(open_service, body, kind):
    service, token = open_service
    bearer = {"authorization": f"Bearer {token}"}
    url = "https://api.test/v1.0/bots/2000001/attachments"
    made = service.handle(Request(method="POST", url=url, headers=bearer, content=b"{}"))
    answer = service.handle(
        Request(
            method="POST",
            url=json.loads(made.content)["uploadUrl"],
            headers={**bearer, "content-type": kind},
            content=body,
        )
    )
    assert answer.status in {200, 400}


@pytest.mark.parametrize("method", ["GET", "POST", "FOO", "", "get", "CONNECT"])
@pytest.mark.parametrize(
    "url",
    [
        "https://[::1/v1.0/users",
        "http://[/v1.0/users",
        "/v1.0/users",
        "",
        "https://x",
        "https://x?y",
        "https://x/v1.0//users/",
        "https://x/storage/upload//",
        "https://x/oauth2/v2.0/token?x",
        "http://\ud800/v1.0/\ud800",
        "https://x/v1.0/users#?",
        "https://x/v1.0/users?" + "a=1&" * 5000,
    ],
)
@pytest.mark.parametrize(
    "headers", [{}, {"authorization": "Bearer \ud800"}, {"Authorization": "Basic x"}]
)
def test_any_target_is_answered(open_service, method, url, headers):
    service, _ = open_service
    answer = service.handle(Request(method=method, url=url, headers=headers))
    assert 400 <= answer.status < 500


@pytest.mark.parametrize(
    "body",
    [
        b'{"content": {"actions": [{"type": "copy", "label": "\\ud800", "copyText": "x"}]}}',
        b'{"content": {"actions": [{"type": "copy", "label": "x", "copyText": "\\udfff"}]}}',
        b'{"content": {"actions": NaN}}',
        b'{"content": {"actions": 1e999}}',
        b'{"content": ' + b'{"a":' * 250 + b"1" + b"}" * 250 + b"}",
        b'{"content": ' + b"[" * 5000,
        b'{"content": ' + b"9" * 5000 + b"}",
        b"\xff\xfe{}",
    ],
)
@pytest.mark.parametrize("accept", [False, True])
def test_what_cannot_be_written_again_is_not_taken(body, accept):
    simulator = Simulator(clock=ManualClock(datetime(2026, 3, 2, tzinfo=UTC)))
    simulator.behave(accept_undocumented=accept)
    service, app = (
        simulator.service,
        simulator.service.state.tokens.apps["simulated-client-10000001"],
    )
    grant = service.state.tokens._grant(
        app, app.scopes, service.state.now(), service.state.behaviour
    )
    answer = service.handle(
        Request(
            method="POST",
            url="https://api.test/v1.0/bots/2000001/persistentmenu",
            headers={"authorization": f"Bearer {grant.access_token}"},
            content=body,
        )
    )
    assert answer.status == 400


def test_a_fault_of_the_simulator_itself_is_a_500_without_what_came_in(monkeypatch, caplog):
    def fail(*_args, **_options):
        raise RuntimeError("비밀")

    simulator = Simulator()
    monkeypatch.setattr(simulator.service.state.tokens, "answer", fail)
    answer = simulator.service.handle(
        Request(method="POST", url="https://auth.test/oauth2/v2.0/token", content=b"a=1")
    )
    assert (answer.status, json.loads(answer.content)["code"]) == (500, "INTERNAL_SERVER_ERROR")
    assert "RuntimeError at fail" in caplog.text
    assert "비밀" not in caplog.text
    assert simulator.request_log[-1].status == 500


RAW = [
    b"GET /v1.0/users HTTP/1.1\r\nHost: [\r\n\r\n",
    b"GET /v1.0/users HTTP/1.1\r\nHost: \xff\r\n\r\n",
    b"GET /v1.0/users HTTP/1.0\r\n\r\n",
    b"GET http://[/v1.0/users HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET /v1.0/\xff%ff HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"HEAD /v1.0/users HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"CONNECT x:443 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"FOO /v1.0/users HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"POST /oauth2/v2.0/token HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET /v1.0/users HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer \xed\xa0\x80\r\n\r\n",
    b"GET /v1.0/users HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n\r\n",
    b"garbage\r\n\r\n",
]


def test_no_request_on_the_port_is_answered_by_a_crash():
    with Simulator().serve() as url:
        port = int(url.rpartition(":")[2])
        for raw in RAW:
            with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
                connection.sendall(raw)
                status = connection.recv(65536).split(b" ", 2)[1]
            assert status.startswith(b"4"), raw
