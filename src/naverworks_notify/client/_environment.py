"""What the environment says of the network: proxies and certificates, read so that faults are told.

A name in the environment that leads nowhere is a fault of the set-up. It is told by the variable,
never by what it holds (a proxy's password may stand in it), and it does not pass by itself.
"""

from __future__ import annotations

import os
import re
import ssl
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import certifi
import httpcore
from attrs import frozen

from naverworks_notify.errors import Hint, InvalidValue, Violation

__all__ = ["proxy_for", "trusted_context"]

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_SOCKS = frozenset({"socks5", "socks5h"})
_SCHEMES = frozenset({"http", "https"}) | _SOCKS
_HOST = re.compile(r"[A-Za-z0-9._-]{1,253}|[0-9A-Fa-f:.]{2,45}")
# OpenSSL finds a certificate in a directory by the hash of its subject.
_HASHED = re.compile(r"[0-9a-f]{8}\.[0-9]+")

_PROXY = Hint(
    en="Write it as http://host:port, or unset it where no proxy is needed; NO_PROXY names the "
    "hosts that are reached without one.",
    ko="http://호스트:포트 형식으로 쓰고, 프록시가 필요 없으면 지우세요. 프록시 없이 접속할 "
    "호스트는 NO_PROXY에 적습니다.",
)
_SOCKS_EXTRA = Hint(
    en='Install what speaks SOCKS: pip install "httpx[socks]". Or unset the variable, or name the '
    "service's hosts in NO_PROXY.",
    ko='SOCKS 지원을 설치하세요: pip install "httpx[socks]". 또는 이 변수를 지우거나 NO_PROXY에 '
    "서비스의 호스트를 적으세요.",
)
_CERTIFICATES = Hint(
    en="Name a file of CA certificates in PEM form, or unset the variable: the usual CAs are then "
    "trusted.",
    ko="PEM 형식의 CA 인증서 파일을 지정하거나 이 변수를 지우세요. 지우면 일반적인 CA를 "
    "신뢰합니다.",
)
_KEY_LOG = Hint(
    en="Name a file that can be written, or unset the variable; only debugging needs it.",
    ko="쓸 수 있는 파일을 지정하거나 이 변수를 지우세요. 디버깅에만 필요한 변수입니다.",
)


@frozen
class _Fault:
    """Why a variable names no proxy."""

    variable: str
    told: str
    hint: Hint = _PROXY


_UNREADABLE = "names no proxy: its host or port is unreadable."


def proxy_for(scheme: str, host: str) -> httpcore.Proxy | None:
    """Return the proxy that the environment names for a host; none for this machine.

    The variables are those that everybody reads: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY,
    in small or in capital letters.

    Raises:
        InvalidValue: The variable that applies names no proxy that can be used.
    """
    found = _proxy_for(scheme, host)
    if isinstance(found, _Fault):
        # Here no local holds what the variable says, for trackers of errors to collect.
        raise _refused(found.variable, found.told, found.hint)
    return found


def trusted_context() -> ssl.SSLContext:
    """Return what verifies servers: by SSL_CERT_FILE or SSL_CERT_DIR, else the usual CAs.

    Raises:
        InvalidValue: A variable names what cannot be read, or holds no certificate.
    """
    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    key_log = os.environ.get("SSLKEYLOGFILE")
    if key_log and not _writable(key_log):
        raise _refused("SSLKEYLOGFILE", "names no file that can be written.", _KEY_LOG)
    if file:
        told: str
        try:
            return ssl.create_default_context(cafile=file)
        except ssl.SSLError:
            told = "names a file without a certificate in PEM form."
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or type(error).__name__
            told = f"names no file that can be read: {reason}."
        raise _refused("SSL_CERT_FILE", told, _CERTIFICATES)
    if folder:
        if not any(_holds_certificates(each) for each in folder.split(os.pathsep) if each):
            raise _refused(
                "SSL_CERT_DIR",
                "names no directory with certificates under the names that OpenSSL looks for "
                "(`openssl rehash` makes them).",
                _CERTIFICATES,
            )
        return ssl.create_default_context(capath=folder)
    return _usual_context()


@lru_cache(maxsize=1)
def _usual_context() -> ssl.SSLContext:
    # Once a process: it costs tens of milliseconds and half a megabyte.
    return ssl.create_default_context(cafile=certifi.where())


def _proxy_for(scheme: str, host: str) -> httpcore.Proxy | _Fault | None:
    if host in _LOOPBACK:
        return None
    proxies = getproxies()
    if not proxies or proxy_bypass(host):
        return None
    for kind in (scheme, "all"):
        value = proxies.get(kind, "").strip()
        if value:
            return _read_proxy(value, _variable_of(kind))
    return None


def _read_proxy(value: str, variable: str) -> httpcore.Proxy | _Fault:
    if "://" not in value:
        value = f"http://{value}"
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return _Fault(variable, _UNREADABLE)
    if parts.scheme not in _SCHEMES:
        return _Fault(
            variable,
            "names a proxy of a kind that is not known; http, https, socks5 and socks5h are.",
        )
    if parts.hostname is None or not _HOST.fullmatch(parts.hostname) or port == 0:
        return _Fault(variable, _UNREADABLE)
    if parts.scheme in _SOCKS and find_spec("socksio") is None:
        return _Fault(
            variable, "names a SOCKS proxy, and what speaks SOCKS is not installed.", _SOCKS_EXTRA
        )
    auth: tuple[bytes, bytes] | None = None
    if parts.username is not None:
        auth = (_plain(parts.username), _plain(parts.password or ""))
    address = httpcore.URL(
        scheme=parts.scheme.encode(), host=parts.hostname.encode(), port=port, target=b"/"
    )
    return httpcore.Proxy(address, auth=auth)


class _Hidden(bytes):
    """A name or password that httpcore may write into its log, as it does for SOCKS."""

    def __repr__(self) -> str:
        return "b'***'"


def _plain(quoted: str) -> bytes:
    return _Hidden(unquote(quoted).encode("utf-8", "surrogateescape"))


def _variable_of(kind: str) -> str:
    """Return the variable that urllib took the proxy from: a small letter's wins."""
    for name in (f"{kind}_proxy", f"{kind}_PROXY".upper()):
        if os.environ.get(name):
            return name
    return "proxy"  # of the system's settings, on macOS and Windows


def _holds_certificates(folder: str) -> bool:
    try:
        return any(_HASHED.fullmatch(entry.name) for entry in Path(folder).iterdir())
    except (OSError, ValueError):
        return False


def _writable(path: str) -> bool:
    try:
        with Path(path).open("ab"):
            return True
    except (OSError, ValueError):
        return False


def _refused(variable: str, told: str, hint: Hint) -> InvalidValue:
    return InvalidValue(violations=(Violation(variable, "environment", told),), hint=hint)
