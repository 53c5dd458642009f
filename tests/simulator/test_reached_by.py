"""Who reaches a served simulator: this machine by its own names, others only where that was meant."""

from __future__ import annotations

import contextlib
import socket
import warnings

import httpx
import pytest

import naverworks_notify as nw
from naverworks_notify.cli._exit import Refused
from naverworks_notify.cli._simulate import served
from naverworks_notify.testing import Simulator


def status(url: str, path: str, host: str) -> int:
    return httpx.get(f"{url}{path}", headers={"host": host}).status_code


ANY = "0.0.0.0"  # noqa: S104 - what is warned about
PATHS = ("/", "/live", "/assets/inbox.js", "/v1.0/bots", "/oauth2/v2.0/token")
OWN = ("localhost", "LOCALHOST:80", "127.0.0.1", "127.8.9.1:8765", "[::1]", "[::1]:8765")
FOREIGN = (
    "evil.example",
    "evil.example:8765",
    "localhost.evil.example",
    "localhost.",
    "127.0.0.1.evil.example",
    "127.0.0.1:80:80",
    ANY,
    "192.168.1.5",
    "[::2]",
    "[::]",
    "evil.example@localhost",
    "",
)


@pytest.fixture(scope="module")
def url():
    with Simulator().serve() as served:
        yield served


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", OWN)
def test_the_names_of_this_machine_are_answered(url, path, host):
    assert status(url, path, host) != 421


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("host", FOREIGN)
def test_any_other_name_is_not(url, path, host):
    assert status(url, path, host) == 421


def test_the_refusal_says_how_to_allow_a_name(url):
    answer = httpx.get(url, headers={"host": "simulator:8765"})
    assert "allowed_hosts" in answer.text
    assert "--allow-host" in answer.text


@pytest.mark.parametrize("allowed", [["Simulator", "ats.test"], "simulator", ["*"]])
def test_a_name_can_be_allowed(allowed):
    with Simulator().serve(allowed_hosts=allowed) as url:
        assert status(url, "/", "simulator:8765") == 200
        assert status(url, "/", "evil.example") == (200 if allowed == ["*"] else 421)


@contextlib.contextmanager
def served_with_a_warning(host: str):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        with Simulator().serve(host=host) as url:
            yield url
    (warning,) = told
    assert warning.category is RuntimeWarning
    assert "others in the network can reach it" in str(warning.message)
    assert warning.filename == __file__


@pytest.mark.parametrize("host", [ANY, ""])
def test_every_address_is_warned_about_and_changes_nothing_about_names(host):
    with served_with_a_warning(host) as url:
        assert url.startswith("http://127.0.0.1:")
        assert status(url, "/", "localhost") == 200
        assert status(url, "/", ANY) == 421
        assert status(url, "/", "evil.example") == 421


def test_the_command_warns_in_one_line(capsys):
    with served(Simulator(), port=0, host=ANY) as url:
        assert url.startswith("http://127.0.0.1:")
    assert capsys.readouterr().err.startswith(f"warning: The simulator listens on {ANY}")


def test_an_address_of_another_machine_is_refused_in_a_sentence():
    with (
        pytest.raises(Refused, match=r"Port 0 of 203\.0\.113\.1 cannot be listened on"),
        served(Simulator(), port=0, host="203.0.113.1"),
    ):
        pass


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.skipif(not _has_ipv6(), reason="this machine has no IPv6")
def test_the_loopback_of_ipv6_works_whole():
    simulator = Simulator(users=["doyoon@example.com"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with simulator.serve(host="::1") as url:
            assert url.startswith("http://[::1]:")
            assert "doyoon" in httpx.get(url).text
            with nw.Client(
                simulator.account, bot_id=simulator.bot_id, endpoints=simulator.endpoints
            ) as works:
                works.messages.send_to_user("doyoon@example.com", nw.messages.Text("안녕하세요"))
                works.attachments.upload(b"%PDF", file_name="a.pdf")
    assert len(simulator.sent) == 1


@pytest.mark.skipif(not _has_ipv6(), reason="this machine has no IPv6")
def test_every_address_of_ipv6_is_warned_about():
    with served_with_a_warning("::") as url:
        assert status(url, "/", "localhost") == 200
        assert status(url, "/", "[::]") == 421


def test_localhost_by_name_works():
    with Simulator().serve(host="localhost") as url:
        assert httpx.get(url).status_code == 200
