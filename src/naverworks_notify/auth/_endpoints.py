"""Where the service is reached."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_address
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from attrs import field, frozen

from naverworks_notify.auth._environment import read_variable
from naverworks_notify.errors import InvalidValue
from naverworks_notify.validation import Violations

__all__ = ["API_URL", "AUTH_URL", "Endpoints"]

# https://developers.worksmobile.com/en/docs/api-call and .../en/docs/auth-oauth
API_URL = "https://www.worksapis.com/v1.0"
AUTH_URL = "https://auth.worksmobile.com/oauth2/v2.0"

# https://developers.worksmobile.com/en/docs/file-upload and .../kr/docs/bot-attachment-create name
# apis-storage.worksmobile.com and storage.worksmobile.com as what an uploadUrl leads to.
STORAGE_HOSTS = ("*.worksmobile.com",)

_LONGEST_URL = 2000
# What servers take as a request line, with room; no library below takes more than 64 KiB.
_LONGEST_GIVEN_URL = 16_384
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})*")
_HOST_PATTERN = re.compile(rf"(\*\.{_LABEL}\.)?{_LABEL}(\.{_LABEL})*(:[0-9]{{1,5}})?")
_PLAIN = re.compile(r"[!-~]*")
_PORTS = {"http": 80, "https": 443}
# Written out or not, it is the same service: budgets and tokens go by the URL.
_DEFAULT_PORT = re.compile(r"(?i)^(https://[^/]*):0*443(?=/|$)|^(http://[^/]*):0*80(?=/|$)")


_VARIABLES = {"api": "NAVERWORKS_API_URL", "auth": "NAVERWORKS_AUTH_URL"}


def _default(name: str, url: str) -> Callable[[], str]:
    def read() -> str:
        return read_variable(_VARIABLES[name], os.environ) or url

    return read


def _path_of(name: str, url: object) -> str:
    """Return what an error names: the variable, if that is where the URL comes from."""
    variable = _VARIABLES[name]
    return variable if url and _tidy(read_variable(variable, os.environ)) == url else name


def _tidy(url: Any) -> Any:
    return _DEFAULT_PORT.sub(r"\1\2", url.strip().rstrip("/")) if isinstance(url, str) else url


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _check(name: str, url: object, violations: Violations) -> None:
    if not isinstance(url, str) or not url:
        violations.add(name, "required", "must be an absolute URL.")
        return
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        violations.add(name, "url", "is not a URL.")
        return
    if "@" in parts.netloc:
        violations.add(
            name, "userinfo", "must not carry a user name or password; remove the part before @."
        )
    if parts.scheme not in {"https", "http"} or not host or port == 0:
        violations.add(name, "url", "must be an absolute https:// URL.")
    elif parts.scheme == "http" and not _is_this_machine(host):
        violations.add(
            name, "https", "must use https://; http:// would send the token in the clear."
        )
    if host and not _is_address(host) and not _NAME.fullmatch(host):
        violations.add(
            name, "host", "must name a host in ASCII; an international name in its xn-- form."
        )
    if (
        parts.query
        or parts.fragment
        or "\\" in url
        or not _PLAIN.fullmatch(url)
        or len(url) > _LONGEST_URL
    ):
        violations.add(name, "url", "must be a plain base URL without a query or a fragment.")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _place_of(url: str) -> tuple[str, str, int] | None:
    """Return scheme, host and port of a URL, or None where another reader may see others."""
    if len(url) > _LONGEST_GIVEN_URL or not _PLAIN.fullmatch(url) or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or host is None or "@" in parts.netloc or port == 0:
        return None
    if not _is_address(host) and not _NAME.fullmatch(host):
        return None
    return parts.scheme, host, _PORTS[parts.scheme] if port is None else port


def _hosts(hosts: Any) -> Any:
    if isinstance(hosts, str) or not isinstance(hosts, Iterable):
        return hosts
    return tuple(host.lower() if isinstance(host, str) else host for host in hosts)


def _check_hosts(hosts: object, violations: Violations) -> None:
    if not isinstance(hosts, tuple):
        violations.add("hosts", "type", "must be host names, one by one in a tuple.")
        return
    for number, host in enumerate(hosts):
        if not isinstance(host, str) or not _HOST_PATTERN.fullmatch(host):
            violations.add(
                f"hosts[{number}]",
                "host",
                "must be a host name, or *. before a domain of at least two parts, with a port "
                "if that is not 443.",
            )


@frozen(kw_only=True)
class Endpoints:
    """Where the service is, and where the access token may go. Checked when made; does no IO.

    Only https is accepted, except on this machine (localhost, 127.0.0.0/8, ::1), where a
    simulator may listen. A URL with a user name in it is refused: it is never needed here, and
    a common way to disguise a host.

    Examples:
        >>> Endpoints.GOV.api
        'https://gov.worksapis.com/v1.0'

    Attributes:
        api: Base of the API. Default: the environment variable NAVERWORKS_API_URL, else the
            public service (https://developers.worksmobile.com/en/docs/api-call).
        auth: Base of the token endpoints. Default: NAVERWORKS_AUTH_URL, else the public service.
            The Korean page also names https://auth.naverworks.com/oauth2/v2.0; whether the two
            hosts are interchangeable is not documented
            (https://developers.worksmobile.com/kr/docs/gov).
        hosts: Where the service may send a file's upload or download, and the access token with
            it, over https: names, `*.` before one for all below it. Default: what the service's
            pages show. The hosts of `api` and `auth` always may.
        GOV: The Korean public-sector service.
    """

    api: str = field(factory=_default("api", API_URL), converter=_tidy)
    auth: str = field(factory=_default("auth", AUTH_URL), converter=_tidy)
    hosts: tuple[str, ...] = field(default=STORAGE_HOSTS, converter=_hosts)

    GOV: ClassVar[Endpoints]

    def __attrs_post_init__(self) -> None:
        violations = Violations()
        _check(_path_of("api", self.api), self.api, violations)
        _check(_path_of("auth", self.auth), self.auth, violations)
        _check_hosts(self.hosts, violations)
        violations.raise_as(InvalidValue, "These endpoints are refused")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read NAVERWORKS_API_URL and NAVERWORKS_AUTH_URL.

        Args:
            environ: Read from here instead of the process's environment.

        Raises:
            InvalidValue: A variable holds a URL that is refused.
        """
        source = os.environ if environ is None else environ
        urls = {name: read_variable(variable, source) for name, variable in _VARIABLES.items()}
        violations = Violations()
        for name, url in urls.items():
            if url:
                _check(_VARIABLES[name], _tidy(url), violations)
        violations.raise_as(InvalidValue, "These endpoints are refused")
        return cls(api=urls["api"] or API_URL, auth=urls["auth"] or AUTH_URL)

    def trusts(self, url: str) -> bool:
        """Return whether an address that the service gave may be called with the access token.

        Examples:
            >>> Endpoints().trusts("https://apis-storage.worksmobile.com/k/emsg/r/1/guide.pdf")
            True
            >>> Endpoints().trusts("https://worksmobile.com.example/k/emsg/r/1/guide.pdf")
            False
        """
        place = _place_of(url)
        if place is None:
            return False
        if place in {_place_of(self.api), _place_of(self.auth)}:
            return True
        scheme, host, port = place
        if scheme != "https":
            return False
        names = {host, f"{host}:{port}"} if port == _PORTS["https"] else {f"{host}:{port}"}
        return any(
            name.endswith(pattern[1:]) if pattern.startswith("*.") else name == pattern
            for pattern in self.hosts
            for name in names
        )


Endpoints.GOV = Endpoints(
    api="https://gov.worksapis.com/v1.0",
    auth="https://auth.gov-naverworks.com/oauth2/v2.0",
    hosts=(*STORAGE_HOSTS, "*.gov-naverworks.com"),
)
