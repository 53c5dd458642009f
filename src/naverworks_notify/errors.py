"""Every exception this package raises.

    NaverWorksError
    ├── InvalidValue (also a ValueError)     a value was refused before any IO; see .violations
    │   ├── InvalidMessage                   message content, menus, bots
    │   ├── InvalidAlert                     an alert or its JSON
    │   └── InvalidPerson                    a person or its JSON
    ├── AuthError                            no access token could be had
    │   ├── InvalidPrivateKey                the PEM text itself is unusable
    │   ├── PrivateKeyRejected               the service no longer accepts the key
    │   ├── ClockSkew                        this machine's clock is off
    │   └── MissingScope                     the app or the account lacks a scope
    ├── ApiError                             the service answered with an error status
    │   ├── BadRequest 400      Unauthorized 401     Forbidden 403
    │   ├── NotFound 404        Conflict 409         Gone 410
    │   └── RateLimited 429     ServerError 5xx
    ├── DeliveryUnknown                      a send may or may not have arrived
    ├── BudgetExhausted                      our own rate budget would have to wait too long
    ├── StoreUnavailable                     a database or file of ours cannot be used
    │   └── TokenStoreError (an OSError)     one of access tokens; clients go on without
    │       └── TokenStoreTimeout            its lock is held by others for too long
    ├── CircuitOpen                          the service is down; nothing was sent
    ├── NotAllowedHere                       this client may not send to that address
    ├── NotTried                             a batch was interrupted before its turn
    ├── MisusedClient (also a RuntimeError)  a client that is closed, or a call that waits for itself
    ├── TransportError                       no answer: connection, TLS, timeout
    ├── InvalidResponse                      an answer that cannot be read
    ├── ApplicationError                     code of the application failed while one person was served
    ├── MissingExtra (also an ImportError)   an optional part whose packages are not installed
    ├── MissingTimeZones                     this machine has no time zone data
    └── SyncRefused (in `members`)           a walk of the organisation that would drop too many

No exception of httpx, jwt, attrs or any other library crosses the public edge. All of these
survive pickling, and none carries a key, a token, a secret or a message body. What they quote of
names, keys and answers is `printable`: no control reaches a terminal or a log.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Self

from attrs import field, frozen

from naverworks_notify.printable import printable

__all__ = [
    "ApiError",
    "ApplicationError",
    "AuthError",
    "BadRequest",
    "BudgetExhausted",
    "CircuitOpen",
    "ClockSkew",
    "Conflict",
    "DeliveryUnknown",
    "Forbidden",
    "Gone",
    "Hint",
    "InvalidAlert",
    "InvalidMessage",
    "InvalidPerson",
    "InvalidPrivateKey",
    "InvalidResponse",
    "InvalidValue",
    "MissingExtra",
    "MissingScope",
    "MissingTimeZones",
    "MisusedClient",
    "NaverWorksError",
    "NotAllowedHere",
    "NotFound",
    "NotTried",
    "PrivateKeyRejected",
    "RateLimited",
    "ServerError",
    "StoreUnavailable",
    "TokenStoreError",
    "TokenStoreTimeout",
    "TransportError",
    "Unauthorized",
    "Violation",
]

_TOO_MANY = 429
_SERVER_ERROR = 500


class Hint(str):
    """What to do next, and in which console, in Korean and in English.

    The string itself is the English sentence followed by the Korean one.

    Attributes:
        en: The English sentence.
        ko: The Korean sentence.
    """

    __slots__ = ("en", "ko")

    en: str
    ko: str

    def __new__(cls, *, en: str, ko: str) -> Self:
        """Join both languages into one string."""
        self = super().__new__(cls, f"{en} / {ko}")
        self.en = en
        self.ko = ko
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return (_restore_hint, (self.en, self.ko))


def _restore_hint(en: str, ko: str) -> Hint:
    return Hint(en=en, ko=ko)


@frozen
class Violation:
    """One broken rule in a value.

    Attributes:
        path: Where, from the value's own root: `columns[1].actions[0].label`. Empty for the
            value as a whole.
        rule: A stable code, for example `max_length`, `required`, `unknown_key`.
        message: One sentence for a person.
    """

    path: str = field(converter=printable)
    rule: str
    message: str = field(converter=printable)

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class NaverWorksError(Exception):
    """The root of every exception of this package.

    Attributes:
        passing: Whether the same call may work later, as nothing was done and the cause passes by
            itself. What may have been delivered is never passing.
        hint: What to do next, in Korean and English.
    """

    passing: bool = False
    hint: Hint = Hint(
        en="Read the message, then the page on errors of the documentation.",
        ko="메시지를 확인하고 문서의 오류 페이지를 참고하세요.",
    )

    def __init__(self, message: str = "") -> None:
        super().__init__(printable(message))

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form: its `type`, its `message`, `passing`, and what else it knows.

        Lengths of time are seconds, a hint is an object of two languages.

        Examples:
            >>> RateLimited("Too many", status=429, retry_after=timedelta(seconds=9)).to_dict()[
            ...     "retry_after"
            ... ]
            9.0
        """
        known = {name: _plain(value) for name, value in self.__dict__.items() if name != "report"}
        told = {name: value for name, value in known.items() if value is not None}
        named = {"type": type(self).__name__, "message": str(self), "passing": self.passing}
        return told | named

    @staticmethod
    def from_dict(raw: object) -> NaverWorksError:
        """Return the error of a JSON form; one of an unknown type is a plain `NaverWorksError`.

        Raises:
            InvalidValue: It is no object, or has no `message`.
        """
        if not isinstance(raw, Mapping) or not isinstance(raw.get("message"), str):
            wrong = Violation("", "type", "must be an object with a message, as to_dict gives it.")
            raise InvalidValue(violations=(wrong,))
        kind = _named(raw.get("type"), NaverWorksError) or NaverWorksError
        error = _restore(kind, (raw["message"],), {})
        for name, value in raw.items():
            if name not in {"type", "message"}:
                error.__dict__[name] = _valued(name, value)
        return error

    def __reduce__(self) -> tuple[Any, ...]:
        return (_restore, (type(self), self.args, self.__dict__.copy()))


def _plain(value: object) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, Hint):
        return {"en": value.en, "ko": value.ko}
    if isinstance(value, Violation):
        return {"path": value.path, "rule": value.rule, "message": value.message}
    if isinstance(value, (tuple, list, set, frozenset)):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, (bool, int, float)) else str(value)


def _valued(name: str, value: Any) -> Any:
    """Return what a member of the JSON form stands for; what does not fit stays as it is."""
    if name in {"retry_after", "skew"} and isinstance(value, (int, float)):
        return timedelta(seconds=value)
    if name == "hint" and isinstance(value, Mapping):
        return Hint(en=str(value.get("en", "")), ko=str(value.get("ko", "")))
    if name == "violations" and isinstance(value, list):
        return tuple(
            Violation(*(str(one.get(part, "")) for part in ("path", "rule", "message")))
            for one in value
            if isinstance(one, Mapping)
        )
    return tuple(value) if isinstance(value, list) else value


def _named(name: object, kind: type[NaverWorksError]) -> type[NaverWorksError] | None:
    if kind.__name__ == name:
        return kind
    found = (_named(name, below) for below in kind.__subclasses__())
    return next((one for one in found if one is not None), None)


def _restore(
    cls: type[NaverWorksError], args: tuple[Any, ...], state: dict[str, Any]
) -> NaverWorksError:
    # Keyword-only arguments cannot be replayed from `args`, so the state is put back instead.
    error = cls.__new__(cls, *args)
    error.args = args
    error.__dict__.update(state)
    return error


class InvalidValue(NaverWorksError, ValueError):  # noqa: N818 - a fixed public name
    """A value was refused before anything was sent.

    Attributes:
        violations: Every broken rule, not only the first.
        hint: What to do next, in Korean and English, where it is more than the violations say.
    """

    hint: Hint = Hint(
        en="Mend what the message names, then call again; nothing was sent.",
        ko="메시지에 적힌 값을 고쳐 다시 호출하세요. 아무것도 보내지 않았습니다.",
    )

    def __init__(
        self,
        message: str = "",
        *,
        violations: tuple[Violation, ...] = (),
        hint: Hint | None = None,
    ) -> None:
        self.violations = violations
        if hint is not None:
            self.hint: Hint = hint
        if violations:
            told = " ".join(str(violation) for violation in violations)
            message = f"{message}: {told}" if message else told
        super().__init__(message if hint is None else f"{message} {hint}")


class InvalidMessage(InvalidValue):
    """Message content (or a menu, or a bot) breaks a documented rule of the service."""


class InvalidAlert(InvalidValue):
    """An alert, or the JSON it was read from, is not complete or not consistent."""


class InvalidPerson(InvalidValue):
    """A person, or the JSON it was read from, is not complete or not consistent."""


class AuthError(NaverWorksError):
    """No access token could be had.

    Attributes:
        status: HTTP status of the token endpoint, or None when it was not asked.
        code: The `error` member of its answer (RFC 6749), or None.
        description: The `error_description` member, or None.
        retry_after: How long the token endpoint asks to wait, or None.
        hint: What to do next.
    """

    hint: Hint = Hint(
        en="Check the Client ID, the secret, the service account and the private key of the app in the Developer Console.",
        ko="개발자 콘솔(Developer Console)에서 앱의 Client ID, Client Secret, Service Account와 Private Key를 확인하세요.",
    )

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: str | None = None,
        description: str | None = None,
        retry_after: timedelta | None = None,
        hint: Hint | None = None,
    ) -> None:
        self.status = status
        self.code = code
        self.description = description
        self.retry_after = retry_after
        if hint is not None:
            self.hint: Hint = hint
        # The token endpoint, not the call itself, was asked too often or is down.
        self.passing: bool = status is not None and (status == _TOO_MANY or status >= _SERVER_ERROR)
        super().__init__(message if hint is None else f"{message} {hint}")


class InvalidPrivateKey(AuthError):  # noqa: N818 - a fixed public name
    """The text given as private key is not a usable RSA key in PEM form; the message says why."""


class PrivateKeyRejected(AuthError):  # noqa: N818 - a fixed public name
    """The service does not accept the key. Never retried.

    Only one private key of an app is valid at a time; issuing another one kills the previous one
    at once.
    """


class ClockSkew(AuthError):  # noqa: N818 - a fixed public name
    """This machine's clock differs too much from the service's.

    Attributes:
        skew: Local time minus service time; positive when the local clock runs ahead. None where
            the service did not tell its time.
    """

    def __init__(self, message: str, *, skew: timedelta | None, **details: Any) -> None:
        super().__init__(message, **details)
        self.skew = skew


class MissingScope(AuthError):  # noqa: N818 - a fixed public name
    """The account was not given a scope that the operation needs.

    Attributes:
        scopes: The scopes of which any one would do.
    """

    def __init__(self, message: str, *, scopes: tuple[str, ...] = (), **details: Any) -> None:
        super().__init__(message, **details)
        self.scopes = scopes


class ApiError(NaverWorksError):
    """The service answered with an error status.

    Attributes:
        status: HTTP status.
        code: The vendor's code, for example `ACCESS_DENIED`; None when the body had none.
        description: The vendor's description, or None.
        retry_after: How long the service asks to wait, or None.
        operation: Name of the operation, for example `messages.send_to_user`.
        request_id: The service's request id, where it sends one.
        hint: What to do next, and in which console, in Korean and English.
    """

    hint: Hint = Hint(
        en="Look the code up in the list of errors: https://developers.worksmobile.com/en/docs/error-codes",
        ko="오류 코드 목록에서 코드를 확인하세요: https://developers.worksmobile.com/kr/docs/error-codes",
    )

    def __init__(
        self,
        message: str,
        *,
        status: int,
        code: str | None = None,
        description: str | None = None,
        retry_after: timedelta | None = None,
        operation: str = "",
        request_id: str | None = None,
        hint: Hint | None = None,
    ) -> None:
        self.status = status
        self.code = code
        self.description = description
        self.retry_after = retry_after
        self.operation = operation
        self.request_id = request_id
        if hint is not None:
            self.hint: Hint = hint
        super().__init__(message if hint is None else f"{message} {hint}")


class BadRequest(ApiError):  # noqa: N818 - a fixed public name
    """400: the request is malformed or a parameter is wrong."""


class Unauthorized(ApiError):  # noqa: N818 - a fixed public name
    """401: the access token was refused, also after a new one was issued."""


class Forbidden(ApiError):  # noqa: N818 - a fixed public name
    """403: no right to the resource, a missing scope, or a bot that is not usable there."""


class NotFound(ApiError):  # noqa: N818 - a fixed public name
    """404: no such user, bot, channel or other resource."""


class Conflict(ApiError):  # noqa: N818 - a fixed public name
    """409: the resource exists already, or is being changed."""


class Gone(ApiError):  # noqa: N818 - a fixed public name
    """410: deleted on the service."""


class RateLimited(ApiError):  # noqa: N818 - a fixed public name
    """429: the limit of this operation is used up, and waiting did not help within the cap."""

    passing: bool = True


class ServerError(ApiError):
    """5xx: a fault of the service. Of a send, `DeliveryUnknown` is raised instead."""


class DeliveryUnknown(NaverWorksError):  # noqa: N818 - a fixed public name
    """A send left this machine, and nothing tells whether it was carried out.

    The service documents no idempotency key and no receipt, so a repeat may deliver twice.

    Attributes:
        operation: Name of the operation.
        cause: `read_timeout`, `connection_lost`, `server_error`, `redirected`, or of a
            batch `interrupted`.
        status: HTTP status for `server_error` and `redirected`, else None.
        request_id: The service's request id, where it sends one.
        hint: What to do next, in Korean and English.
    """

    def __init__(
        self,
        message: str,
        *,
        operation: str = "",
        cause: str,
        status: int | None = None,
        request_id: str | None = None,
        hint: Hint | None = None,
    ) -> None:
        self.operation = operation
        self.cause = cause
        self.status = status
        self.request_id = request_id
        if hint is not None:
            self.hint: Hint = hint
        super().__init__(message if hint is None else f"{message} {hint}")


class BudgetExhausted(NaverWorksError):  # noqa: N818 - names the state, like its siblings
    """The call would have to wait longer than allowed for a place in the rate budget.

    Nothing was sent; the call may be repeated later.

    Attributes:
        operation: Name of the operation.
        retry_after: When a place will be free.
        hint: What to do next, in Korean and English.
    """

    passing: bool = True

    def __init__(
        self, message: str, *, operation: str, retry_after: timedelta, hint: Hint | None = None
    ) -> None:
        self.operation = operation
        self.retry_after = retry_after
        if hint is not None:
            self.hint: Hint = hint
        super().__init__(message if hint is None else f"{message} {hint}")


class StoreUnavailable(NaverWorksError):  # noqa: N818 - names the state, like its siblings
    """A database or file in which this package keeps something cannot be read or written.

    Attributes:
        store: What is kept there, for example `the rate budget`.
        passing: Whether it may pass by itself, as a lock, a full disk or a server that is down do;
            False where only a change of the set-up helps.
        hint: What to do next, in Korean and English.
    """

    def __init__(self, store: str, told: str, *, passing: bool) -> None:
        self.store = store
        self.passing: bool = passing
        self.hint: Hint = _WAIT_FOR_STORE if passing else _MEND_STORE
        super().__init__(f"The store of {store} cannot be used: {told}. {self.hint}")


class TokenStoreError(StoreUnavailable, OSError):
    """A store of access tokens cannot be read, written or locked.

    Whoever calls a store gets it; clients log it and go on without.
    """

    def __init__(self, told: str, *, passing: bool = True) -> None:
        super().__init__("access tokens", told, passing=passing)


class TokenStoreTimeout(TokenStoreError, TimeoutError):  # noqa: N818 - as Python calls its own
    """Another exchange holds the lock of a token store for too long."""


_WAIT_FOR_STORE = Hint(
    en="Check that its server runs and its disk has room; the same call may work later.",
    ko="서버가 실행 중인지, 디스크에 여유가 있는지 확인하세요. 같은 호출이 나중에는 성공할 수 "
    "있습니다.",
)
_MEND_STORE = Hint(
    en="Check the path or address, and that this user may write there.",
    ko="경로나 주소가 맞는지, 이 사용자에게 쓰기 권한이 있는지 확인하세요.",
)


_LOOK_AT_THE_ANSWER = Hint(
    en="Check that the endpoints name the service itself and that no proxy answers in its place; "
    "if they do, report it, as the service may have changed.",
    ko="endpoints가 서비스의 주소인지, 프록시가 대신 응답하지 않는지 확인하세요. 이상이 없다면 "
    "서비스의 응답이 바뀐 것일 수 있으니 제보해 주세요.",
)


class CircuitOpen(NaverWorksError):  # noqa: N818 - a fixed public name
    """The service is down, as far as the calls before this one show. Nothing was sent.

    Attributes:
        operation: Name of the operation.
        retry_after: When the service will be tried again.
        hint: What to do next.
    """

    passing: bool = True

    def __init__(
        self,
        message: str,
        *,
        operation: str = "",
        retry_after: timedelta,
        hint: Hint | None = None,
    ) -> None:
        self.operation = operation
        self.retry_after = retry_after
        if hint is not None:
            self.hint: Hint = hint
        super().__init__(message if hint is None else f"{message} {hint}")


class NotAllowedHere(NaverWorksError):  # noqa: N818 - a fixed public name
    """The client may not send to that address: `only_to=` or NAVERWORKS_ONLY_TO. Nothing was sent.

    Attributes:
        operation: Name of the operation.
        hint: What to do next.
    """

    def __init__(self, message: str, *, operation: str = "", hint: Hint | None = None) -> None:
        self.operation = operation
        if hint is not None:
            self.hint: Hint = hint
        super().__init__(message if hint is None else f"{message} {hint}")


class NotTried(NaverWorksError):  # noqa: N818 - names the state, like its siblings
    """A batch was interrupted before the turn of this message came. Nothing was sent.

    Attributes:
        operation: Name of the operation.
    """

    hint: Hint = Hint(
        en="Send it again: nothing of it was sent.",
        ko="보내지 않은 메시지이니 다시 보내면 됩니다.",
    )

    passing: bool = True

    def __init__(self, message: str, *, operation: str = "") -> None:
        self.operation = operation
        super().__init__(message)


class MisusedClient(NaverWorksError, RuntimeError):  # noqa: N818 - names the state
    """A client was used in a way that cannot work; nothing was sent.

    It was closed before, or a call would wait for ever for another one of its own thread.

    Attributes:
        hint: What to do instead, in Korean and English.
    """

    def __init__(self, message: str, *, hint: Hint) -> None:
        self.hint: Hint = hint
        super().__init__(f"{message} {hint}")


class TransportError(NaverWorksError):
    """No answer came: the connection, TLS or a timeout failed.

    Of a send whose bytes had left, `DeliveryUnknown` is raised instead.

    Attributes:
        operation: Name of the operation.
        cause: `connect_failed`, `connect_timeout`, `tls_failed`, `write_failed`,
            `read_timeout`, `connection_lost` or `pool_timeout`.
        may_have_acted: Whether the service may have carried the call out all the same.
        passing: False where only a change of the set-up helps.
        hint: What to do next, in Korean and English; None where nothing helps but trying again.
    """

    hint: Hint = Hint(
        en="Call again later; if it goes on, check the network between this machine and the service.",
        ko="잠시 뒤 다시 호출하세요. 계속되면 이 서버와 서비스 사이의 네트워크를 확인하세요.",
    )

    def __init__(
        self,
        message: str,
        *,
        operation: str = "",
        cause: str,
        may_have_acted: bool,
        hint: Hint | None = None,
        passing: bool = True,
    ) -> None:
        self.operation = operation
        self.cause = cause
        self.may_have_acted = may_have_acted
        self.passing: bool = passing
        if hint is not None:
            self.hint: Hint = hint
        super().__init__(message if hint is None else f"{message} {hint}")


class InvalidResponse(NaverWorksError):  # noqa: N818 - names the thing, like its siblings
    """The service's answer could not be read: not JSON, cut off, too large, or of another shape.

    Attributes:
        operation: Name of the operation.
        status: HTTP status.
        request_id: The service's request id, where it sends one.
        hint: What to do next, in Korean and English.
    """

    def __init__(
        self, message: str, *, operation: str = "", status: int, request_id: str | None = None
    ) -> None:
        self.operation = operation
        self.status = status
        self.request_id = request_id
        self.hint: Hint = _LOOK_AT_THE_ANSWER
        super().__init__(f"{message} {self.hint}")


class MissingTimeZones(NaverWorksError):  # noqa: N818 - names the state
    """This machine has no time zone data: neither the system's nor the package `tzdata`.

    Attributes:
        hint: How to get it.
    """

    def __init__(self) -> None:
        self.hint: Hint = Hint(
            en="Install it (pip install tzdata), or the system's package; leave PYTHONTZPATH unset.",
            ko="pip install tzdata로 설치하거나 시스템의 tzdata 패키지를 설치하고, PYTHONTZPATH를 "
            "비워 두었다면 지우세요.",
        )
        super().__init__(f"This machine has no time zone data. {self.hint}")

    def __reduce__(self) -> tuple[Any, ...]:
        return (MissingTimeZones, ())


class ApplicationError(NaverWorksError):
    """Code of the application failed while one person was served: the others were served.

    It stands in that person's result; what the code itself raised comes out of the call afterwards,
    with the whole report as its `report`.

    Attributes:
        part: What failed: `rule`, `wording`, `lookup`, `people` or `send`.
        kind: The type of what it raised, for example `KeyError`.
    """

    hint: Hint = Hint(
        en="Mend your own code, which the error raised after the call names.",
        ko="호출 뒤에 발생한 오류가 가리키는 애플리케이션 코드를 고치세요.",
    )

    def __init__(self, *, part: str, kind: str) -> None:
        self.part = part
        self.kind = kind
        super().__init__(f"Code of the application failed ({part}): {kind}.")


class MissingExtra(NaverWorksError, ModuleNotFoundError):  # noqa: N818 - names the state
    """A part of this package was used whose optional packages are not installed.

    Attributes:
        extra: The extra that brings them, for example `sql`.
        hint: The command that installs it.
    """

    def __init__(self, what: str, *, extra: str, package: str) -> None:
        self.extra = extra
        self.hint: Hint = Hint(
            en=f'Install it: pip install "naverworks-notify[{extra}]"',
            ko=f'설치하세요: pip install "naverworks-notify[{extra}]"',
        )
        super().__init__(f"{what} needs {package}, which is not installed. {self.hint}")
        self.name: str | None = package

    def __reduce__(self) -> tuple[Any, ...]:
        # The name of an ImportError is no member of its __dict__.
        return (_restore_missing, (self.args, self.extra, self.hint, self.name))


def _restore_missing(
    args: tuple[Any, ...], extra: str, hint: Hint, package: str | None
) -> MissingExtra:
    error = MissingExtra.__new__(MissingExtra, *args)
    error.args = args
    error.extra, error.hint, error.name = extra, hint, package
    return error
