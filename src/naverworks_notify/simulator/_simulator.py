"""The simulator as its users see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from attrs import evolve, fields

from naverworks_notify.clock import Clock, SystemClock
from naverworks_notify.errors import InvalidValue, Violation
from naverworks_notify.extras import needs
from naverworks_notify.simulator._tenant_handle import TenantHandle, UserLike
from naverworks_notify.simulator.service import (
    Behaviour,
    Faults,
    LoggedCall,
    SentMessage,
    Service,
    State,
    Tenant,
)
from naverworks_notify.simulator.service._people import default_users, user_from
from naverworks_notify.simulator.service._rates import WindowKind
from naverworks_notify.simulator.service._tenant import App, Bot, BotDomain
from naverworks_notify.simulator.service._tokens import Count

if TYPE_CHECKING:
    import httpx

    from naverworks_notify.auth import Endpoints

__all__ = ["Simulator"]

# What the console can enable for an app, as far as this package has a use for it
# (https://developers.worksmobile.com/jp/docs/auth-scope).
EVERY_SCOPE = (
    "bot",
    "bot.message",
    "bot.read",
    "user",
    "user.read",
    "user.profile.read",
    "user.email.read",
    "group",
    "group.read",
    "orgunit",
    "orgunit.read",
    "directory",
    "directory.read",
)
CHOICES = tuple(choice.name for choice in fields(Behaviour))
DEFAULT_SCOPES = ("bot", "bot.message", "user.read", "group.read", "orgunit.read", "directory")


class Simulator(TenantHandle):
    """A faithful stand-in for NAVER WORKS: tokens, bot API, directory, rate limits, errors.

    It does no IO of its own until `serve()`; every instance is a world of its own. Safe to use
    from several threads and event loops at once.

    Where the real service's behaviour is not established, `Behaviour` holds the choice made here
    and lets you make the other one.

    Examples:
        >>> from naverworks_notify.simulator import Simulator
        >>> simulator = Simulator(users=["doyoon@example.com"])
        >>> [user.email for user in simulator.users]
        ['doyoon@example.com']
        >>> simulator.sent
        []

    Attributes:
        sent: Every accepted message, oldest first. Clear it to start over.
        faults: Scripted trouble, for example `faults.next("messages.send_to_user", 429)`.
        endpoints: Where to reach it: a made-up host for `transport()`, the real address while
            `serve()` is open.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        per_minute: int = 240,
        window: timedelta = timedelta(seconds=60),
        window_kind: WindowKind = "fixed",
        rooms_per_minute: int = 10,
        users: Iterable[UserLike] | None = None,
        scopes: Iterable[str] | None = None,
        domain_id: int = 10000001,
        bot_id: int = 2000001,
        behaviour: Behaviour | None = None,
    ) -> None:
        """Make a service with one organisation.

        Args:
            clock: Where the service takes its time from; the machine's when not given.
            per_minute: Calls a window holds per operation: 240 on paid plans, 60 on the free
                one (https://developers.worksmobile.com/kr/docs/rate-limits).
            window: Length of a window.
            window_kind: `fixed` or `sliding`; the service does not tell which. Where a fixed
                window begins is `Behaviour.rate_alignment`.
            rooms_per_minute: Calls a window holds for creating a room.
            users: Members: e-mail addresses, `SimulatedUser`s, or user objects in the service's
                wire form. Six people when not given.
            scopes: What the console has enabled for the app, and what `account` asks for. When
                not given, the console has all of this package's scopes enabled, and `account`
                asks for those of a bot that manages itself and reads the directory.
            domain_id: The organisation's domain.
            bot_id: Its bot.
            behaviour: The choices where the service is not established.
        """
        self._state = State(
            clock=clock or SystemClock(),
            per_minute=per_minute,
            rooms_per_minute=rooms_per_minute,
            window=window,
            window_kind=window_kind,
            behaviour=behaviour or Behaviour(),
        )
        self._service = Service(self._state)
        wanted = tuple(DEFAULT_SCOPES if scopes is None else scopes)
        made = self._make_tenant(
            domain_id,
            bot_id,
            default_users() if users is None else users,
            EVERY_SCOPE if scopes is None else wanted,
        )
        super().__init__(self._state, *made, bot_id=bot_id, scopes=wanted)
        if users is None:
            people = [user.email for user in self.users]
            self.add_org_unit("개발본부", people[1:], managers=people[1:2])
            self.add_group("채용 위원회", people[:3])

    @property
    def sent(self) -> list[SentMessage]:
        """Every accepted message, oldest first. Clear it to start over."""
        return self._state.sent

    @property
    def faults(self) -> Faults:
        """Scripted trouble."""
        return self._state.faults

    @property
    def behaviour(self) -> Behaviour:
        """The choices in force where the service is not established."""
        return self._state.behaviour

    def behave(self, **changes: Any) -> Behaviour:
        """Change some of the choices, by the names of `Behaviour`, and return all.

        Raises:
            InvalidValue: There is no such choice, or it has no such value.
        """
        for name in changes:
            if name not in CHOICES:
                told = f"is no choice of Behaviour; there are {', '.join(CHOICES)}."
                raise InvalidValue(violations=(Violation(name, "unknown_key", told),))
        self._state.behaviour = evolve(self._state.behaviour, **changes)
        return self._state.behaviour

    @property
    def clock_skew(self) -> timedelta:
        """How far the service's time runs ahead of `clock`; set it to simulate a wrong clock."""
        return self._state.clock_skew

    @clock_skew.setter
    def clock_skew(self, skew: timedelta) -> None:
        self._state.clock_skew = skew

    @property
    def tokens(self) -> Count:
        """How often the token endpoint issued, refreshed, revoked and refused so far."""
        with self._state.lock:
            return self._state.tokens.count()

    @property
    def throttled(self) -> int:
        """How many calls were refused because a rate limit was used up; scripted 429s apart."""
        return self._state.throttled

    @property
    def request_log(self) -> tuple[LoggedCall, ...]:
        """The last thousand calls and how each was answered, oldest first.

        A refusal that may be the simulator's alone names the switch of `Behaviour` that lets the
        call pass. The logger `naverworks_notify.simulator` tells the same at INFO.
        """
        with self._state.lock:
            return self._state.log.calls

    @property
    def parallel_management_calls(self) -> int:
        """How many calls arrived that changed a bot while another one was changing the same bot.

        The service forbids it (https://developers.worksmobile.com/kr/docs/bot-domain-register).
        To make calls meet, hold them: `faults.hang("bots.*")`.
        """
        return self._state.under_way.met

    @property
    def service(self) -> Service:
        """The service underneath: `service.handle(request)` over wire values."""
        return self._service

    @property
    def endpoints(self) -> Endpoints:
        """Where to reach it now."""
        from naverworks_notify.auth import Endpoints  # noqa: PLC0415 - a lazy edge

        base = self._state.base_url
        return Endpoints(api=f"{base}/v1.0", auth=f"{base}/oauth2/v2.0")

    def transport(self) -> httpx.MockTransport:
        """Return an httpx transport that answers in the process, for sync and async clients.

        It answers whatever host is asked, so the default endpoints work with it too.
        """
        from naverworks_notify.simulator.adapters._transport import (  # noqa: PLC0415 - loads httpx
            SimulatorTransport,
        )

        return SimulatorTransport(self._service)

    @contextmanager
    def serve(
        self, *, port: int = 0, host: str = "127.0.0.1", allowed_hosts: Iterable[str] = ()
    ) -> Iterator[str]:
        """Listen on this machine until the context ends; gives the base URL.

        The API is at `{url}/v1.0`, tokens at `{url}/oauth2/v2.0`, the web inbox at `{url}/`. It
        answers to the names of this machine only (`localhost`, 127.0.0.0/8, `[::1]`): a web page
        elsewhere that points a name of its own here reads nothing. Needs the extra `simulator`.

        Args:
            port: 0 takes a free one.
            host: The address to listen on, also `::1`. One that others in the network can reach
                (`0.0.0.0`, `::`) is warned about.
            allowed_hosts: Further names that a request may ask for, for example the name of the
                service in a compose file; `*` for any.

        Raises:
            OSError: The port is taken.
            MissingExtra: The extra is not installed.
        """
        with needs("simulator", "Simulator.serve()"):
            from naverworks_notify.simulator.adapters._server import serve  # noqa: PLC0415
            from naverworks_notify.simulator.inbox import routes  # noqa: PLC0415

        _ = self.private_key
        before = self._state.base_url
        with serve(
            self._service,
            host=host,
            port=port,
            allowed_hosts=[allowed_hosts] if isinstance(allowed_hosts, str) else allowed_hosts,
            mounts=lambda: routes(self, self._state),
        ) as url:
            self._state.base_url = url
            try:
                yield url
            finally:
                self._state.base_url = before

    def environment(self) -> dict[str, str]:
        """Return the `NAVERWORKS_*` variables that point a client at this simulator.

        They hold the private key and the client secret of the simulated app.
        """
        base = self._state.base_url
        return {
            "NAVERWORKS_API_URL": f"{base}/v1.0",
            "NAVERWORKS_AUTH_URL": f"{base}/oauth2/v2.0",
            "NAVERWORKS_CLIENT_ID": self._app.client_id,
            "NAVERWORKS_CLIENT_SECRET": self._app.client_secret,
            "NAVERWORKS_SERVICE_ACCOUNT_ID": self._app.service_account_id,
            "NAVERWORKS_PRIVATE_KEY": self.private_key,
            "NAVERWORKS_SCOPES": " ".join(self._scopes),
            "NAVERWORKS_BOT_ID": str(self.bot_id),
            "NAVERWORKS_DOMAIN_ID": str(self.domain_id),
        }

    def add_tenant(
        self,
        *,
        domain_id: int | None = None,
        bot_id: int | None = None,
        users: Iterable[UserLike] = (),
        scopes: Iterable[str] | None = None,
    ) -> TenantHandle:
        """Add another organisation with an app, a bot and a rate budget of its own.

        Raises:
            InvalidValue: The domain exists already.
        """
        with self._state.lock:
            taken = self._state.tenants
            domain_id = domain_id if domain_id is not None else max(taken, default=10000000) + 1
            bot_id = bot_id if bot_id is not None else self.bot_id + len(taken)
            if domain_id in taken:
                told = "There is a tenant with that domain already."
                raise InvalidValue(violations=(Violation("domain_id", "unique", told),))
            wanted = tuple(DEFAULT_SCOPES if scopes is None else scopes)
            tenant, app = self._make_tenant(
                domain_id, bot_id, users, EVERY_SCOPE if scopes is None else wanted
            )
        return TenantHandle(self._state, tenant, app, bot_id=bot_id, scopes=wanted)

    def _make_tenant(
        self, domain_id: int, bot_id: int, users: Iterable[UserLike], scopes: tuple[str, ...]
    ) -> tuple[Tenant, App]:
        tenant = Tenant(domain_id=domain_id, domains={domain_id})
        for user in users:
            tenant.put_user(user_from(user))
        now = self._state.now()
        first = next(iter(tenant.users), "")
        bot = Bot(
            bot_id=bot_id,
            fields={
                "botName": "채용 알림",
                "photoUrl": "https://static.example.com/bot.png",
                "description": "채용 일정과 평가를 알려 드립니다.",
                "administrators": [first] if first else [],
                "subadministrators": [],
                "allowDomains": [],
                "enableCallback": False,
                "callbackUrl": "",
                "callbackEvents": [],
                "channelEvents": ["message", "join", "leave", "joined", "left", "postback"],
                "enableGroupJoin": False,
            },
            created_at=now,
            modified_at=now,
            secret=f"secret-of-bot-{bot_id}",
        )
        bot.domains[domain_id] = BotDomain(domain_id=domain_id, visible=True)
        tenant.bots[bot_id] = bot
        app = App(
            client_id=f"simulated-client-{domain_id}",
            client_secret=f"simulated-secret-{domain_id}",
            service_account_id=f"sim{domain_id}.serviceaccount@example.com",
            domain_id=domain_id,
            scopes=scopes,
        )
        self._state.tenants[domain_id] = tenant
        self._state.tokens.apps[app.client_id] = app
        return tenant, app
