"""The service account: who signs, and for which scopes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NoReturn, Self

from attrs import evolve, field, frozen

from naverworks_notify.auth._environment import (
    KEY,
    KEY_FILE,
    find_key,
    missing,
    read_variable,
    warn_of_near_misses,
)
from naverworks_notify.auth._pem import normalize_pem
from naverworks_notify.errors import InvalidPrivateKey, InvalidValue, NaverWorksError
from naverworks_notify.logs import logger_of
from naverworks_notify.validation import Violations

__all__ = [
    "DEFAULT_SCOPES",
    "ServiceAccount",
    "is_scope",
    "looks_like_service_account",
    "split_scopes",
]

_log = logger_of("auth")

# The smallest set for a notifier that maps people to users
# (https://developers.worksmobile.com/en/docs/auth-scope).
DEFAULT_SCOPES = ("bot.message", "bot.read", "user.read")

# RFC 6749 section 3.3 allows more; what the service has (https://developers.worksmobile.com/en/docs/auth-scope)
# are such names, and other characters come from separators, brackets or an encoding.
_SCOPE = re.compile(r"[A-Za-z0-9._:/-]+")
# Blanks are the standard's. Commas are what many programs write, also against this service
# (https://github.com/openabdev/openab/pull/1456).
_BETWEEN_SCOPES = re.compile("[\\s,;\u3001\uff0c]+")
# "ends with serviceaccount" (https://developers.worksmobile.com/kr/docs/auth-jwt), or
# "{issued id}@domain" (https://developers.worksmobile.com/jp/docs/auth-jwt).
_IS_SERVICE_ACCOUNT = re.compile("serviceaccount|@")
_QUOTES = "\"'`"
_TEXTS = ("client_id", "client_secret", "service_account_id")


def looks_like_service_account(name: str) -> bool:
    """Say whether an ID has the form that every one seen so far has."""
    return "serviceaccount" in name and "@" in name


def split_scopes(text: str) -> tuple[str, ...]:
    """Return the scopes of a text in which blanks or commas stand between them."""
    return tuple(dict.fromkeys(name for name in _BETWEEN_SCOPES.split(text) if name))


def is_scope(name: object) -> bool:
    """Say whether something can be the name of a scope."""
    return isinstance(name, str) and _SCOPE.fullmatch(name) is not None


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


def _scopes(value: str | Iterable[str]) -> tuple[str, ...]:
    if isinstance(value, str):
        return split_scopes(value)
    try:
        listed: tuple[Any, ...] = tuple(dict.fromkeys(value))
    except TypeError:
        # Refused as a whole: there is no name of a scope in it.
        listed = (value,)
    if any(isinstance(name, str) and "," in name for name in listed):
        return split_scopes(",".join(map(str, listed)))
    return listed


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
            What shells, JSON, Kubernetes and editors do to such a text is mended.
        scopes: What the tokens are asked for. Each must be switched on for the app as well
            (https://developers.worksmobile.com/en/docs/auth-scope). A string is split at blanks
            and commas.

    Raises:
        InvalidValue: A field is empty, is not text, or cannot be what it is given for.
        InvalidPrivateKey: The key's text is not a usable RSA key; the message says why.
    """

    client_id: str
    client_secret: str = field(repr=_masked)
    service_account_id: str
    private_key: str = field(repr=_masked)
    scopes: tuple[str, ...] = DEFAULT_SCOPES

    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        service_account_id: str,
        private_key: str,
        scopes: str | Iterable[str] = DEFAULT_SCOPES,
    ) -> None:
        """Check the fields, and mend the key's text."""
        fields, refusal = _checked(
            client_id=client_id,
            client_secret=client_secret,
            service_account_id=service_account_id,
            private_key=private_key,
            scopes=scopes,
        )
        # Collectors of errors keep the locals of every frame that an error passed.
        del client_secret, private_key
        if refusal is not None:
            del self, fields
            raise refusal
        self.__attrs_init__(**fields)  # type: ignore[attr-defined]
        if not looks_like_service_account(self.service_account_id):
            _log.warning(
                "The service account ID of client %s does not look like "
                "x1.serviceaccount@example.com; if no token is issued, check it first.",
                self.client_id,
            )

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read the account from environment variables.

        NAVERWORKS_CLIENT_ID, NAVERWORKS_CLIENT_SECRET, NAVERWORKS_SERVICE_ACCOUNT_ID,
        NAVERWORKS_PRIVATE_KEY (the PEM text; wins) or NAVERWORKS_PRIVATE_KEY_FILE (its path),
        and NAVERWORKS_SCOPES (separated by blanks or commas; default: `bot.message bot.read
        user.read`).
        Quotes and line breaks around a value are taken off.

        Args:
            environ: Read from here instead of the process's environment.

        Raises:
            InvalidValue: Variables are missing or wrong; all of them are named.
            InvalidPrivateKey: The key, or its file, cannot be used.
        """
        fields, refusal = _from_variables(os.environ if environ is None else environ)
        del environ
        if refusal is not None:
            del fields
            raise refusal
        return cls(**fields)

    def with_private_key(self, private_key: str) -> Self:
        """Return the same account with another key, as after the console issued a new one.

        Raises:
            InvalidPrivateKey: The text is not a usable RSA key.
        """
        text, refusal = _readable(private_key)
        del private_key
        if refusal is not None:
            raise refusal
        return evolve(self, private_key=text)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self

    def __rich_repr__(self) -> Iterator[tuple[str, object]]:
        # rich prints the fields of attrs classes itself, and knows nothing of masks.
        yield "client_id", self.client_id
        yield "service_account_id", self.service_account_id
        yield "scopes", self.scopes

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError(
            "a ServiceAccount holds secrets and does not pickle; build it in each process, "
            "for example with ServiceAccount.from_env()"
        )


def _checked(**given: Any) -> tuple[dict[str, Any], NaverWorksError | None]:
    """Return the fields as they are kept, and what is wrong with them."""
    fields = {name: _stripped(value) for name, value in given.items()}
    fields["private_key"], key_refusal = _readable(given["private_key"])
    fields["scopes"] = _scopes(given["scopes"])
    violations = Violations()
    for name in _TEXTS:
        _check_text(name, name, fields[name], violations)
    if not fields["scopes"]:
        violations.add("scopes", "required", "must name at least one scope.")
    for index, scope in enumerate(fields["scopes"]):
        if not is_scope(scope):
            violations.add(f"scopes[{index}]", "scope", "is not a scope name.")
    return fields, _refusal(violations, "This service account is refused") or key_refusal


def _from_variables(source: Mapping[str, str]) -> tuple[dict[str, Any], NaverWorksError | None]:
    """Return the fields that the environment names, and what is wrong with it."""
    fields: dict[str, Any] = {}
    violations = Violations()
    for name in _TEXTS:
        variable = f"NAVERWORKS_{name.upper()}"
        fields[name] = read_variable(variable, source)
        if fields[name]:
            _check_text(variable, name, fields[name], violations)
        else:
            violations.add(variable, "required", missing(variable, source))
    scopes = split_scopes(read_variable("NAVERWORKS_SCOPES", source))
    fields["scopes"] = scopes or DEFAULT_SCOPES
    for number, scope in enumerate(scopes, 1):
        if not is_scope(scope):
            violations.add("NAVERWORKS_SCOPES", "scope", f"holds no scope name in place {number}.")
    key = find_key(source)
    if key is None:
        told = missing(KEY, source, f", and neither is {KEY_FILE}")
        violations.add(KEY, "required", told)
    refusal = _refusal(violations, "The environment names no service account")
    if key is None or refusal is not None:
        return {}, refusal
    warn_of_near_misses(source)
    if key.unreadable is not None:
        return {}, key.unreadable
    fields["private_key"], key_refusal = _readable(key.content, key.named)
    return fields, key_refusal


def _check_text(path: str, field_name: str, value: object, violations: Violations) -> None:
    is_id = field_name != "client_secret"
    if not isinstance(value, str):
        violations.add(path, "type", "must be a string.")
    elif not value:
        violations.add(path, "required", "must not be empty.")
    elif not value.isprintable():
        violations.add(path, "characters", "holds a line break or a control character.")
    elif not value.isascii():
        violations.add(
            path, "characters", "holds typographic quotes, full-width letters or the like."
        )
    elif is_id and (" " in value or "=" in value or value[0] in _QUOTES):
        violations.add(path, "characters", "holds a blank, a quote or an equals sign.")
    elif value[0] in _QUOTES and value[-1] == value[0]:
        violations.add(path, "characters", "is still in quotes.")
    elif field_name == "service_account_id" and not _IS_SERVICE_ACCOUNT.search(value):
        violations.add(
            path,
            "service_account",
            "is not the ID of a service account, which looks like x1.serviceaccount@example.com; "
            "see Developer Console > the app > Service Account.",
        )


def _refusal(violations: Violations, message: str) -> InvalidValue | None:
    # Returned rather than raised, so that no frame that knows the secrets is on its way.
    try:
        violations.raise_as(InvalidValue, message)
    except InvalidValue as error:
        return error.with_traceback(None)
    return None


def _readable(
    private_key: Any, named: str = "The private key"
) -> tuple[str, InvalidPrivateKey | None]:
    try:
        return normalize_pem(private_key, named=named), None
    except InvalidPrivateKey as error:
        return "", error.with_traceback(None)
