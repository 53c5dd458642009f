"""The simulator as its users see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from attrs import evolve

from naverworks_notify.clock import Clock, SystemClock
from naverworks_notify.testing.service import (
    Behaviour,
    Faults,
    SentMessage,
    Service,
    SimulatedUser,
    Tenant,
)
from naverworks_notify.testing.service._keys import key_pair
from naverworks_notify.testing.service._people import default_users, user_from
from naverworks_notify.testing.service._rates import WindowKind
from naverworks_notify.testing.service._tenant import App, Bot, BotDomain
from naverworks_notify.testing.service._tokens import Count

if TYPE_CHECKING:
    import httpx

    from naverworks_notify.auth import Endpoints, ServiceAccount

__all__ = ["Simulator", "TenantHandle"]

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
DEFAULT_SCOPES = ("bot", "bot.message", "user.read", "group.read", "orgunit.read", "directory")

# Nobody can answer there: .invalid is reserved by RFC 2606.
IN_PROCESS = "https://naverworks-simulator.invalid"

UserLike = str | SimulatedUser | Mapping[str, Any]


class TenantHandle:
    """One simulated customer organisation with its app, bot and members.

    Attributes:
        domain_id: Its domain; rate limits are counted for it.
        bot_id: Its bot, registered in that domain for everyone.
    """

    def __init__(self, service: Service, tenant: Tenant, app: App, bot_id: int) -> None:
        self._service = service
        self._tenant = tenant
        self._app = app
        self._account: ServiceAccount | None = None
        self._key_number = 0
        self.domain_id = tenant.domain_id
        self.bot_id = bot_id

    @property
    def client_secret(self) -> str:
        """The app's client secret."""
        return self._app.client_secret

    @property
    def private_key(self) -> str:
        """The one private key the service accepts now, as PEM text."""
        if not self._app.private_key:
            pair = key_pair(0)
            self._app.private_key, self._app.public_key = pair.pem, pair.public
        return self._app.private_key

    @property
    def account(self) -> ServiceAccount:
        """A service account the service accepts, asking for every scope of the app."""
        from naverworks_notify.auth import ServiceAccount  # noqa: PLC0415 - a lazy edge

        if self._account is None:
            self._account = ServiceAccount(
                client_id=self._app.client_id,
                client_secret=self._app.client_secret,
                service_account_id=self._app.service_account_id,
                private_key=self.private_key,
                scopes=self._app.scopes,
            )
        return self._account

    @property
    def users(self) -> tuple[SimulatedUser, ...]:
        """The members, in the order they were added."""
        with self._service.lock:
            return tuple(self._tenant.users.values())

    def user(self, address: str) -> SimulatedUser:
        """Return a member by resource ID, e-mail address or `externalKey:`.

        Raises:
            KeyError: Nobody has that address.
        """
        with self._service.lock:
            found = self._tenant.find_user(address)
        if found is None:
            raise KeyError("No simulated user has that address.")
        return found

    def add_user(self, user: UserLike) -> SimulatedUser:
        """Add a member, or replace the one of the same ID."""
        made = user_from(user)
        with self._service.lock:
            self._tenant.put_user(made)
        return made

    def change_user(self, address: str, **changes: Any) -> SimulatedUser:
        """Change attributes of a member, for example `suspended=True`; returns the new value."""
        return self.add_user(evolve(self.user(address), **changes))

    def remove_user(self, address: str) -> None:
        """Remove a member without a trace, as seven days after a deletion."""
        user = self.user(address)
        with self._service.lock:
            self._tenant.drop_user(user.user_id)

    def sent_to(self, address: str) -> tuple[SentMessage, ...]:
        """Return the accepted messages to one member or room, oldest first."""
        with self._service.lock:
            user = self._tenant.find_user(address)
            wanted = user.user_id if user is not None else None
            return tuple(
                message
                for message in self._service.sent
                if (wanted is not None and message.user_id == wanted)
                or message.channel_id == address
            )

    def rotate_key(self) -> str:
        """Issue another private key and return it; the service refuses the old one from now on.

        `private_key` and `account` are the new ones afterwards; accounts made before keep the
        old key.
        """
        with self._service.lock:
            self._key_number += 1
            # A few keys in turn are enough to tell the accepted one from the others.
            pair = key_pair(self._key_number % 3)
            self._app.private_key, self._app.public_key = pair.pem, pair.public
            self._account = None
            if self._service.behaviour.key_rotation_kills_tokens:
                self._service.tokens.kill_all(self._app)
        return self.private_key

    def kill_tokens(self) -> None:
        """End every live access token of the app, as the service may do at any time."""
        with self._service.lock:
            self._service.tokens.kill_all(self._app)


class Simulator(TenantHandle):
    """A faithful stand-in for NAVER WORKS: tokens, bot API, directory, rate limits, errors.

    It does no IO of its own until `serve()`; every instance is a world of its own. Safe to use
    from several threads and event loops at once.

    Where the real service's behaviour is not established, `Behaviour` holds the choice made here
    and lets you make the other one.

    Example:
        >>> from naverworks_notify.testing import Simulator
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
            scopes: What the console has enabled for the app, and what `account` asks for.
            domain_id: The organisation's domain.
            bot_id: Its bot.
            behaviour: The choices where the service is not established.
        """
        self._service = Service(
            clock=clock or SystemClock(),
            per_minute=per_minute,
            rooms_per_minute=rooms_per_minute,
            window=window,
            window_kind=window_kind,
            behaviour=behaviour or Behaviour(),
        )
        self._url: str | None = None
        made = self._make_tenant(
            domain_id,
            bot_id,
            default_users() if users is None else users,
            tuple(DEFAULT_SCOPES if scopes is None else scopes),
        )
        super().__init__(self._service, *made, bot_id)

    @property
    def sent(self) -> list[SentMessage]:
        """Every accepted message, oldest first. Clear it to start over."""
        return self._service.sent

    @property
    def faults(self) -> Faults:
        """Scripted trouble."""
        return self._service.faults

    @property
    def behaviour(self) -> Behaviour:
        """The choices in force where the service is not established."""
        return self._service.behaviour

    def behave(self, **changes: Any) -> Behaviour:
        """Change some of the choices, by the names of `Behaviour`, and return all."""
        self._service.behaviour = evolve(self._service.behaviour, **changes)
        return self._service.behaviour

    @property
    def clock_skew(self) -> timedelta:
        """How far the service's time runs ahead of `clock`; set it to simulate a wrong clock."""
        return self._service.clock_skew

    @clock_skew.setter
    def clock_skew(self, skew: timedelta) -> None:
        self._service.clock_skew = skew

    @property
    def tokens(self) -> Count:
        """How often the token endpoint issued, refreshed, revoked and refused so far."""
        with self._service.lock:
            return self._service.tokens.count()

    @property
    def service(self) -> Service:
        """The service underneath: `service.handle(request)` over wire values."""
        return self._service

    @property
    def endpoints(self) -> Endpoints:
        """Where to reach it now."""
        from naverworks_notify.auth import Endpoints  # noqa: PLC0415 - a lazy edge

        base = self._url or IN_PROCESS
        return Endpoints(api=f"{base}/v1.0", auth=f"{base}/oauth2/v2.0")

    def transport(self) -> httpx.MockTransport:
        """Return an httpx transport that answers in the process, for sync and async clients.

        It answers whatever host is asked, so the default endpoints work with it too.
        """
        from naverworks_notify.testing.rims._transport import (  # noqa: PLC0415 - loads httpx
            SimulatorTransport,
        )

        return SimulatorTransport(self._service)

    @contextmanager
    def serve(self, *, port: int = 0, host: str = "127.0.0.1") -> Iterator[str]:
        """Listen on this machine until the context ends; gives the base URL.

        The API is at `{url}/v1.0`, tokens at `{url}/oauth2/v2.0`, the web inbox at `{url}/`.
        Needs the extra `simulator`.

        Args:
            port: 0 takes a free one.
            host: The address to listen on.

        Raises:
            OSError: The port is taken.
        """
        from naverworks_notify.testing.inbox import routes  # noqa: PLC0415 - the extra
        from naverworks_notify.testing.rims._server import serve  # noqa: PLC0415

        _ = self.private_key
        before = self._url
        with serve(self._service, host=host, port=port, mounts=lambda: routes(self)) as url:
            self._url = url
            try:
                yield url
            finally:
                self._url = before

    def environment(self) -> dict[str, str]:
        """Return the `NAVERWORKS_*` variables that point a client at this simulator.

        They hold the private key and the client secret of the simulated app.
        """
        base = self._url or IN_PROCESS
        return {
            "NAVERWORKS_API_URL": f"{base}/v1.0",
            "NAVERWORKS_AUTH_URL": f"{base}/oauth2/v2.0",
            "NAVERWORKS_CLIENT_ID": self._app.client_id,
            "NAVERWORKS_CLIENT_SECRET": self._app.client_secret,
            "NAVERWORKS_SERVICE_ACCOUNT_ID": self._app.service_account_id,
            "NAVERWORKS_PRIVATE_KEY": self.private_key,
            "NAVERWORKS_SCOPES": " ".join(self._app.scopes),
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
            ValueError: The domain exists already.
        """
        with self._service.lock:
            taken = self._service.tenants
            domain_id = domain_id if domain_id is not None else max(taken, default=10000000) + 1
            bot_id = bot_id if bot_id is not None else self.bot_id + len(taken)
            if domain_id in taken:
                raise ValueError("There is a tenant with that domain already.")
            tenant, app = self._make_tenant(
                domain_id, bot_id, users, tuple(DEFAULT_SCOPES if scopes is None else scopes)
            )
        return TenantHandle(self._service, tenant, app, bot_id)

    def _make_tenant(
        self, domain_id: int, bot_id: int, users: Iterable[UserLike], scopes: tuple[str, ...]
    ) -> tuple[Tenant, App]:
        tenant = Tenant(domain_id=domain_id, domains={domain_id})
        for user in users:
            tenant.put_user(user_from(user))
        now = self._service.now()
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
        self._service.tenants[domain_id] = tenant
        self._service.tokens.apps[app.client_id] = app
        return tenant, app
