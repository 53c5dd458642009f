"""Where the service is reached."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
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
    return url.strip().rstrip("/") if isinstance(url, str) else url


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
    if parts.query or parts.fragment or any(c <= " " or c == "\\" for c in url):
        violations.add(name, "url", "must be a plain base URL without a query or a fragment.")


@frozen(kw_only=True)
class Endpoints:
    """The two base URLs of the service. Checked on construction; does no IO.

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
        GOV: The Korean public-sector service.
    """

    api: str = field(factory=_default("api", API_URL), converter=_tidy)
    auth: str = field(factory=_default("auth", AUTH_URL), converter=_tidy)

    GOV: ClassVar[Endpoints]

    def __attrs_post_init__(self) -> None:
        violations = Violations()
        _check(_path_of("api", self.api), self.api, violations)
        _check(_path_of("auth", self.auth), self.auth, violations)
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


Endpoints.GOV = Endpoints(
    api="https://gov.worksapis.com/v1.0", auth="https://auth.gov-naverworks.com/oauth2/v2.0"
)
