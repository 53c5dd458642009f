"""Tokens are only ever sent over TLS, or to this machine."""

from __future__ import annotations

import pytest

from naverworks_notify.auth import Endpoints
from naverworks_notify.errors import InvalidValue

API = "https://www.worksapis.com/v1.0"
AUTH = "https://auth.worksmobile.com/oauth2/v2.0"


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NAVERWORKS_API_URL", raising=False)
    monkeypatch.delenv("NAVERWORKS_AUTH_URL", raising=False)


def test_the_defaults_are_the_public_service() -> None:
    assert (Endpoints().api, Endpoints().auth) == (API, AUTH)
    assert Endpoints.from_env({}) == Endpoints()


def test_the_public_sector_has_its_own_hosts() -> None:
    assert Endpoints.GOV.api == "https://gov.worksapis.com/v1.0"
    assert Endpoints.GOV.auth == "https://auth.gov-naverworks.com/oauth2/v2.0"


def test_the_environment_overrides_the_defaults_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NAVERWORKS_API_URL", "http://localhost:8700/v1.0/")
    monkeypatch.setenv("NAVERWORKS_AUTH_URL", "http://127.0.0.1:8700/oauth2/v2.0")
    found = Endpoints()
    assert (found.api, found.auth) == (
        "http://localhost:8700/v1.0",
        "http://127.0.0.1:8700/oauth2/v2.0",
    )
    assert Endpoints.from_env() == found
    assert Endpoints(api=API).api == API
    assert Endpoints.GOV.api == "https://gov.worksapis.com/v1.0"


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/v1.0",
        "http://localhost:1/v1.0",
        "http://works.localhost/v1.0",
        "http://127.0.0.1:8700",
        "http://127.8.9.1",
        "http://[::1]:8700/v1.0",
        "https://proxy.example.com/works",
        "HTTPS://EXAMPLE.com/v1.0",
    ],
)
def test_tls_or_this_machine_is_accepted(url: str) -> None:
    assert Endpoints(api=url).api == url


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://example.com:443/v1.0", "https://example.com/v1.0"),
        ("HTTPS://[2001:db8::1]:443", "HTTPS://[2001:db8::1]"),
        ("http://localhost:80/v1.0/", "http://localhost/v1.0"),
        ("https://localhost:80/v1.0", "https://localhost:80/v1.0"),
        ("https://example.com:4430/v1.0", "https://example.com:4430/v1.0"),
        ("https://example.com/x:443/v1.0", "https://example.com/x:443/v1.0"),
    ],
)
def test_a_port_that_goes_without_saying_makes_no_other_service(url: str, kept: str) -> None:
    assert Endpoints(api=url, auth=url) == Endpoints(api=kept, auth=kept)
    assert Endpoints(api=url).api == kept


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        ("http://www.worksapis.com/v1.0", "https"),
        ("http://10.0.0.1/v1.0", "https"),
        ("http://0.0.0.0:8700", "https"),
        ("http://localhost.example.com", "https"),
        ("http://127.0.0.1.example.com", "https"),
        ("https://www.worksapis.com@evil.example/v1.0", "userinfo"),
        ("https://user:secret@www.worksapis.com", "userinfo"),
        ("http://localhost@evil.example", "userinfo"),
        ("https://@www.worksapis.com", "userinfo"),
        ("ftp://www.worksapis.com", "url"),
        ("//www.worksapis.com", "url"),
        ("www.worksapis.com/v1.0", "url"),
        ("https://", "url"),
        ("https:///v1.0", "url"),
        ("https://www.worksapis.com/v1.0?x=1", "url"),
        ("https://www.worksapis.com/v1.0#x", "url"),
        ("https://www.works apis.com", "url"),
        ("https://www.worksapis.com\\@evil.example", "userinfo"),
        ("https://www.worksapis.com\\.evil.example", "url"),
        ("https://www.worksapis.com:99999", "url"),
        ("https://[::1", "url"),
        ("", "required"),
        (None, "required"),
        (7, "required"),
    ],
)
def test_everything_else_is_refused(url: str, rule: str) -> None:
    for name in ("api", "auth"):
        with pytest.raises(InvalidValue) as caught:
            Endpoints(**{name: url})
        assert (name, rule) in {(one.path, one.rule) for one in caught.value.violations}
        assert "secret" not in str(caught.value)


def test_a_bad_url_in_the_environment_is_refused_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAVERWORKS_API_URL", "http://evil.example")
    with pytest.raises(InvalidValue):
        Endpoints()
