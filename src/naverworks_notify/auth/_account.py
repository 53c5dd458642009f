"""The service account: who signs, and for which scopes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NoReturn, Self

from attrs import evolve, field, frozen

from naverworks_notify.auth._pem import normalize_pem
from naverworks_notify.errors import Hint, InvalidPrivateKey, InvalidValue, Violation
from naverworks_notify.validation import Violations

__all__ = ["DEFAULT_SCOPES", "ServiceAccount"]

# The smallest set for a notifier that maps people to users
# (https://developers.worksmobile.com/en/docs/auth-scope).
DEFAULT_SCOPES = ("bot.message", "user.read")

_MAX_KEY_FILE = 64 * 1024
_SCOPE = re.compile(r"[\x21\x23-\x5B\x5D-\x7E]+")  # RFC 6749 section 3.3


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _scopes(value: str | Iterable[str]) -> tuple[str, ...]:
    names = value.split() if isinstance(value, str) else value
    try:
        return tuple(dict.fromkeys(names))
    except TypeError:
        raise InvalidValue(
            "This service account is refused",
            violations=(Violation("scopes", "type", "must be scope names, as strings."),),
        ) from None


def _masked(_: object) -> str:
    return "'***'"


@frozen(kw_only=True)
class ServiceAccount:
    r"""An app's service account: what is needed to get access tokens.

    Constructing it checks the form only (no IO, some microseconds); the key is loaded at the
    first signature. The repr shows neither the secret nor the key, and it does not pickle, so
    that neither gets into a queue or a cache by accident: build it in each process.

    Examples:
        >>> from naverworks_notify.testing import Simulator
        >>> account = ServiceAccount(
        ...     client_id="app-1",
        ...     client_secret="...",
        ...     service_account_id="x1.serviceaccount@example.com",
        ...     private_key=Simulator().private_key,  # Path("private.key").read_text()
        ... )

    Attributes:
        client_id: Client ID of the app in the Developer Console.
        client_secret: Client Secret of the app.
        service_account_id: The service account's ID; ends with `serviceaccount@` and the domain.
        private_key: The PEM text of its private key (RSA, PKCS#8 or PKCS#1, no passphrase).
            Line breaks written as `\n` are mended.
        scopes: What the tokens are asked for. Each must be switched on for the app as well
            (https://developers.worksmobile.com/en/docs/auth-scope). A string is split at blanks.

    Raises:
        InvalidValue: A field is empty or not text.
        InvalidPrivateKey: The key's text is not a usable RSA key; the message says why.
    """

    client_id: str = field(converter=_stripped)
    client_secret: str = field(converter=_stripped, repr=_masked)
    service_account_id: str = field(converter=_stripped)
    private_key: str = field(converter=normalize_pem, repr=_masked)
    scopes: tuple[str, ...] = field(default=DEFAULT_SCOPES, converter=_scopes)

    def __attrs_post_init__(self) -> None:
        violations = Violations()
        for name in ("client_id", "client_secret", "service_account_id"):
            value: object = getattr(self, name)
            if not isinstance(value, str):
                violations.add(name, "type", "must be a string.")
            elif not value:
                violations.add(name, "required", "must not be empty.")
            elif not value.isprintable():
                violations.add(name, "characters", "holds a line break or a control character.")
        if not self.scopes:
            violations.add("scopes", "required", "must name at least one scope.")
        scopes: tuple[object, ...] = self.scopes
        for index, scope in enumerate(scopes):
            if not isinstance(scope, str) or not _SCOPE.fullmatch(scope):
                violations.add(f"scopes[{index}]", "scope", "is not a scope name.")
        violations.raise_as(InvalidValue, "This service account is refused")

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read the account from environment variables.

        NAVERWORKS_CLIENT_ID, NAVERWORKS_CLIENT_SECRET, NAVERWORKS_SERVICE_ACCOUNT_ID,
        NAVERWORKS_PRIVATE_KEY (the PEM text; wins) or NAVERWORKS_PRIVATE_KEY_FILE (its path),
        and NAVERWORKS_SCOPES (separated by blanks; default: `bot.message user.read`).

        Args:
            environ: Read from here instead of the process's environment.

        Raises:
            InvalidValue: Variables are missing; all of them are named.
            InvalidPrivateKey: The key, or its file, cannot be used.
        """
        source = os.environ if environ is None else environ
        violations = Violations()
        found: dict[str, str] = {}
        for name in ("client_id", "client_secret", "service_account_id"):
            variable = f"NAVERWORKS_{name.upper()}"
            found[name] = source.get(variable, "")
            if not found[name].strip():
                violations.add(variable, "required", "is not set.")
        key = source.get("NAVERWORKS_PRIVATE_KEY", "")
        path = source.get("NAVERWORKS_PRIVATE_KEY_FILE", "")
        if not key.strip() and not path.strip():
            violations.add(
                "NAVERWORKS_PRIVATE_KEY",
                "required",
                "is not set, and neither is NAVERWORKS_PRIVATE_KEY_FILE.",
            )
        violations.raise_as(InvalidValue, "The environment names no service account")
        return cls(
            **found,
            private_key=key if key.strip() else _read_key_file(path.strip()),
            scopes=source.get("NAVERWORKS_SCOPES", "").split() or DEFAULT_SCOPES,
        )

    def with_private_key(self, private_key: str) -> Self:
        """Return the same account with another key, as after the console issued a new one.

        Raises:
            InvalidPrivateKey: The text is not a usable RSA key.
        """
        return evolve(self, private_key=private_key)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError(
            "a ServiceAccount holds secrets and does not pickle; build it in each process, "
            "for example with ServiceAccount.from_env()"
        )


def _read_key_file(path: str) -> str:
    try:
        with Path(path).expanduser().open("rb") as file:
            raw = file.read(_MAX_KEY_FILE + 1)
    except OSError as error:
        raise InvalidPrivateKey(
            "The file named by NAVERWORKS_PRIVATE_KEY_FILE cannot be read: "
            f"{error.strerror or type(error).__name__}.",
            hint=Hint(
                en="Check the path, and that this process may read the file.",
                ko="경로가 맞는지, 이 프로세스에 파일 읽기 권한이 있는지 확인하세요.",
            ),
        ) from None
    return normalize_pem(raw)
