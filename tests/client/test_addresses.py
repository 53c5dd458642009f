"""The access token goes to the service and to the hosts that its pages show, and nowhere else."""

from __future__ import annotations

import json

import httpx
import pytest

import naverworks_notify as nw

STORAGE = "https://apis-storage.worksmobile.com/k/emsg/r/kr1/1.2/guide.pdf"
ELSEWHERE = [
    "https://evil.example/x",
    "https://worksmobile.com.evil.example/x",
    "https://evilworksmobile.com/x",
    "https://worksmobile.com/x",
    "https://apis-storage.worksmobile.com@evil.example/x",
    "https://apis-storage.worksmobile.com:443@evil.example/x",
    "https://apis-storage.worksmobile.com\\@evil.example/x",
    "https://evil.example\\.worksmobile.com/x",
    "https://evil.example#.worksmobile.com/x",
    "https://evil.example?.worksmobile.com/x",
    "https://evil.example%2f.worksmobile.com/x",
    "https://evil.example\t.worksmobile.com/x",
    "https://evil.example\x00.worksmobile.com/x",
    "https://evil.example。worksmobile.com/x",
    "https://apis-storage.worksmobile.com:8443/x",
    "https://apis-storage.worksmobile.com:y/x",
    "https://apis-storage.worksmobile.com:0/x",
    "https://apis-storage.worksmobile.com:99999/x",
    "https://x:y/",
    "https://[::1",
    "https://[::1]/x",
    "https://[apis-storage.worksmobile.com]/x",
    "https://[v1.fe]/x",
    "https://127.0.0.1/x",
    "https://169.254.169.254/x",
    "https://.worksmobile.com/x",
    "https://-.worksmobile.com/x",
    f"https://{'a' * 64}.worksmobile.com/x",
    f"https://{'a.' * 130}worksmobile.com/x",
    "http://apis-storage.worksmobile.com/x",
    "http://www.worksapis.com/x",
    "https://www.worksapis.com:8443/x",
    "ftp://apis-storage.worksmobile.com/x",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "//apis-storage.worksmobile.com/x",
    "/k/emsg/x",
    "apis-storage.worksmobile.com/x",
    "https:apis-storage.worksmobile.com/x",
    "https:///apis-storage.worksmobile.com/x",
    " https://apis-storage.worksmobile.com/x",
    "https://apis-storage.worksmobile.com/\x7f",
    "https://apis-storage.worksmobile.com/a b",
    "https://apis-storage.worksmobile.com/가",
    "https://apis-storage.worksmobile.com/\ud800",
    "https://apis-storage.worksmobile.com/\r\nx: y",
    "https://",
    "https://:443/",
    "\x00",
]


def announced(url):
    return httpx.Response(200, content=json.dumps({"fileId": "f-1", "uploadUrl": url}))


@pytest.mark.parametrize("url", ELSEWHERE)
def test_no_upload_goes_elsewhere(world, url):
    world.script.play(announced(url))
    works = world.client()
    with pytest.raises(nw.InvalidResponse) as caught:
        world.do(works.attachments.upload(b"abc", file_name="a.png"))
    assert len(world.script.requests) == 1
    assert not caught.value.passing
    assert "evil" not in str(caught.value)


@pytest.mark.parametrize("url", ELSEWHERE)
def test_no_download_is_named_elsewhere(world, url):
    location = url.encode("utf-8", "surrogatepass")
    world.script.play(httpx.Response(302, headers=[(b"location", location)]))
    with pytest.raises(nw.InvalidResponse):
        world.do(world.client().attachments.download_url("f-1"))
    assert len(world.script.requests) == 1


def test_a_download_without_an_address_is_told(world):
    world.script.play(302)
    with pytest.raises(nw.InvalidResponse):
        world.do(world.client().attachments.download_url("f-1"))


@pytest.mark.parametrize(
    "url",
    [
        STORAGE,
        "https://storage.worksmobile.com/x?a=1&b=%20",
        "https://storage.worksmobile.com:443",
        "HTTPS://Storage.WorksMobile.com/x",
        "https://www.worksapis.com/v1.0/upload",
        "https://auth.worksmobile.com/x#part",
    ],
)
def test_the_service_and_its_storage_get_it(world, url):
    world.script.play(announced(url), 200, httpx.Response(302, headers={"location": url}))
    works = world.client()
    assert world.do(works.attachments.upload(b"abc", file_name="a.png")) == "f-1"
    assert world.script.requests[1].headers["authorization"] == "Bearer token-1"
    assert world.do(works.attachments.download_url("f-1")) == url


@pytest.mark.parametrize(
    ("hosts", "url", "trusted"),
    [
        ((), STORAGE, False),
        ((), f"https://www.worksapis.com/{'a' * 9_000}", True),
        ((), f"https://www.worksapis.com/{'a' * 70_000}", False),
        ((), "https://www.worksapis.com/v1.0/x", True),
        (("files.example.com",), "https://files.example.com/x", True),
        (("files.example.com",), "https://files.example.com:443/x", True),
        (("files.example.com",), "https://files.example.com:8443/x", False),
        (("files.example.com",), "https://a.files.example.com/x", False),
        (("Files.Example.com:8443",), "https://files.example.com:8443/x", True),
        (("*.example.com:8443",), "https://files.example.com:8443/x", True),
        (("*.example.com",), "https://files.example.com/x", True),
        (("*.example.com",), "https://example.com/x", False),
        (("*.example.com",), "http://files.example.com/x", False),
    ],
)
def test_the_hosts_can_be_others(hosts, url, trusted):
    assert nw.Endpoints(hosts=hosts).trusts(url) is trusted


@pytest.mark.parametrize(
    "hosts",
    [
        "*.example.com",
        7,
        (7,),
        ("",),
        ("*",),
        ("*.com",),
        ("a*.example.com",),
        ("https://a.example.com",),
        ("a..b",),
        ("a b",),
        ("a/b",),
        ("user@a.example.com",),
        ("가.example.com",),
    ],
)
def test_hosts_that_say_too_much_or_nothing_are_refused(hosts):
    with pytest.raises(nw.InvalidValue):
        nw.Endpoints(hosts=hosts)


@pytest.mark.parametrize(
    "url",
    [
        "https://가나다.example/v1.0",
        "https://a..example.com/v1.0",
        f"https://{'a' * 64}.example.com/v1.0",
        "https://a%2f.example.com/v1.0",
        "https://example.com/가",
        "https://example.com/\x00",
        f"https://example.com/{'a' * 70_000}",
    ],
)
def test_endpoints_that_no_request_could_name_are_refused_when_they_are_made(url):
    for name in ("api", "auth"):
        with pytest.raises(nw.InvalidValue):
            nw.Endpoints(**{name: url})


@pytest.mark.parametrize("user_id", ["a" * 70_000, "가" * 1001, "a" * 1001 + "@example.com"])
def test_an_id_that_no_address_could_hold_is_refused_before_any_call(world, user_id):
    works = world.client()
    for call in (
        lambda: works.messages.send_to_user(user_id, nw.messages.Text("hi")),
        lambda: works.messages.send_to_channel(user_id, nw.messages.Text("hi")),
        lambda: works.users.get(user_id),
        lambda: works.attachments.download_url(user_id),
        lambda: works.orgunits.members(user_id),
        lambda: works.users.set_external_keys({user_id: "k"}),
    ):
        with pytest.raises(nw.InvalidValue):
            world.do(call())
    assert not world.script.requests
    assert not world.script.token_requests


def test_the_longest_id_still_fits(world):
    world.do(world.client().messages.send_to_user("가" * 1000, nw.messages.Text("hi")))
    assert len(world.script.requests) == 1


@pytest.mark.parametrize("cursor", ["\ud800", "a" * 70_000, "a\x00b"])
def test_a_cursor_that_no_url_can_hold_is_told(world, cursor):
    page = {"users": [], "responseMetaData": {"nextCursor": cursor}}
    body = httpx.Response(200, content=json.dumps(page).encode())
    world.script.play(body)
    with pytest.raises(nw.InvalidResponse):
        world.do(world.client().users.list())
    assert len(world.script.requests) == 1


def test_an_order_that_does_not_exist_is_told(world):
    with pytest.raises(nw.InvalidValue):
        world.do(world.client().users.list(order_by="BY_AGE"))
