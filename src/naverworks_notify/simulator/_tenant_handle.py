"""One organisation of the simulator, as tests see and change it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from attrs import evolve

from naverworks_notify.simulator._callbacks import Callbacks
from naverworks_notify.simulator.service import SentMessage, SimulatedUser, State, Tenant
from naverworks_notify.simulator.service._people import user_from
from naverworks_notify.simulator.service._tenant import App, Channel
from naverworks_notify.simulator.service._tokens import key_pair

if TYPE_CHECKING:
    from naverworks_notify.auth import ServiceAccount

__all__ = ["TenantHandle", "UserLike"]

UserLike = str | SimulatedUser | Mapping[str, Any]


class TenantHandle:
    """One simulated customer organisation with its app, bot and members.

    Attributes:
        domain_id: Its domain; rate limits are counted for it.
        bot_id: Its bot, registered in that domain for everyone.
    """

    def __init__(
        self, state: State, tenant: Tenant, app: App, *, bot_id: int, scopes: tuple[str, ...]
    ) -> None:
        self._state = state
        self._tenant = tenant
        self._app = app
        self._scopes = scopes
        self._account: ServiceAccount | None = None
        self._key_number = 0
        self._ids = itertools.count(1)
        self.domain_id: int = tenant.domain_id
        self.bot_id = bot_id

    @property
    def client_secret(self) -> str:
        """The app's client secret."""
        return self._app.client_secret

    @property
    def private_key(self) -> str:
        """The one private key the service accepts now, as PEM text."""
        # Two threads that ask first must not get a key each, of which the service accepts one.
        with self._state.lock:
            if not self._app.private_key:
                pair = key_pair(0)
                self._app.private_key, self._app.public_key = pair.pem, pair.public
            return self._app.private_key

    @property
    def account(self) -> ServiceAccount:
        """A service account the service accepts."""
        from naverworks_notify.auth import ServiceAccount  # noqa: PLC0415 - a lazy edge

        with self._state.lock:
            if self._account is None:
                self._account = ServiceAccount(
                    client_id=self._app.client_id,
                    client_secret=self._app.client_secret,
                    service_account_id=self._app.service_account_id,
                    private_key=self.private_key,
                    scopes=self._scopes,
                )
            return self._account

    @property
    def users(self) -> tuple[SimulatedUser, ...]:
        """The members, in the order they were added."""
        with self._state.lock:
            return tuple(self._tenant.users.values())

    def user(self, address: str) -> SimulatedUser:
        """Return a member by resource ID, e-mail address or `externalKey:`.

        Raises:
            KeyError: Nobody has that address.
        """
        with self._state.lock:
            found = self._tenant.find_user(address)
        if found is None:
            raise KeyError("No simulated user has that address.")
        return found

    def add_user(self, user: UserLike) -> SimulatedUser:
        """Add a member, or replace the one of the same ID."""
        made = user_from(user)
        with self._state.lock:
            self._tenant.put_user(made)
        return made

    def change_user(self, address: str, **changes: Any) -> SimulatedUser:
        """Change attributes of a member, for example `suspended=True`; returns the new value."""
        return self.add_user(evolve(self.user(address), **changes))

    def remove_user(self, address: str) -> None:
        """Remove a member without a trace, as seven days after a deletion."""
        user = self.user(address)
        with self._state.lock:
            self._tenant.drop_user(user.user_id)

    def sent_to(self, address: str) -> tuple[SentMessage, ...]:
        """Return the accepted messages to one member or room, oldest first."""
        with self._state.lock:
            user = self._tenant.find_user(address)
            wanted = user.user_id if user is not None else None
            return tuple(
                message
                for message in self._state.sent
                if (wanted is not None and message.user_id == wanted)
                or message.channel_id == address
            )

    def rotate_key(self) -> str:
        """Issue another private key and return it; the service refuses the old one from now on.

        `private_key` and `account` are the new ones afterwards; accounts made before keep the
        old key.
        """
        with self._state.lock:
            self._key_number += 1
            # A few keys in turn are enough to tell the accepted one from the others.
            pair = key_pair(self._key_number % 3)
            self._app.private_key, self._app.public_key = pair.pem, pair.public
            self._account = None
            if self._state.behaviour.key_rotation_kills_tokens:
                self._state.tokens.kill_all(self._app)
        return self.private_key

    def kill_tokens(self) -> None:
        """End every live access token of the app, as the service may do at any time."""
        with self._state.lock:
            self._state.tokens.kill_all(self._app)

    @property
    def bot_secret(self) -> str:
        """The bot's present secret, with which callbacks are signed."""
        return self._tenant.bots[self.bot_id].secret

    @property
    def bot_name(self) -> str:
        """What the bot is called now."""
        with self._state.lock:
            bot = self._tenant.bots.get(self.bot_id)
            return bot.fields["botName"] if bot is not None else ""

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The rooms with the bot, in the order they were opened; the 1:1 rooms apart."""
        with self._state.lock:
            bot = self._tenant.bots.get(self.bot_id)
            rooms = bot.channels.values() if bot is not None else ()
            return tuple(room for room in rooms if not room.private)

    @property
    def callbacks(self) -> Callbacks:
        """Signed callback requests of the bot, for tests of a callback handler."""
        return Callbacks(self._state, self._tenant, self.bot_id)

    def add_channel(
        self, members: Iterable[str], *, title: str | None = None, kind: str = "MULTI_USERS"
    ) -> str:
        """Open a room with the bot and some members, as a member would; returns its ID.

        Args:
            members: Addresses of members.
            title: What the room is called.
            kind: `SINGLE_USER`, `MULTI_USERS`, `ORGUNIT` or `GROUP`.
        """
        ids = [self.user(address).user_id for address in members]
        number = self._state.next_number()
        channel = Channel(
            channel_id=str(uuid5(NAMESPACE_URL, f"channel:{self.domain_id}:{number}")),
            domain_id=self.domain_id,
            kind=kind,
            members=ids,
            title=title,
        )
        with self._state.lock:
            self._tenant.bots[self.bot_id].channels[channel.channel_id] = channel
        return channel.channel_id

    def expel_bot(self, channel_id: str) -> None:
        """Take the bot out of a room, as a member would."""
        with self._state.lock:
            self._tenant.bots[self.bot_id].channels[channel_id].bot_present = False

    def select_members(self, addresses: Iterable[str] | None) -> None:
        """Let only these members use the bot; None lets everyone."""
        ids = [self.user(address).user_id for address in addresses or ()]
        with self._state.lock:
            registered = self._tenant.bots[self.bot_id].domains[self.domain_id]
            registered.allow_to_selected_member = addresses is not None
            registered.members = ids

    def unregister_bot(self) -> None:
        """Take the bot out of the organisation's domain, as an administrator would."""
        with self._state.lock:
            self._tenant.bots[self.bot_id].domains.clear()

    def add_domain(self, domain_id: int) -> None:
        """Give the organisation one more domain; the bot is not registered there yet."""
        with self._state.lock:
            self._tenant.domains.add(domain_id)

    def add_group(
        self,
        name: str,
        members: Iterable[str] = (),
        *,
        groups: Iterable[str] = (),
        external_key: str | None = None,
    ) -> str:
        """Add a group of members and of other groups (by ID); returns its ID."""
        people = [self.user(address) for address in members]
        group_id = self._new_id("group")
        inside = [
            {"id": user.user_id, "externalKey": user.external_key, "type": "USER"}
            for user in people
        ]
        inside += [{"id": other, "externalKey": None, "type": "GROUP"} for other in groups]
        with self._state.lock:
            self._tenant.groups[group_id] = {
                "domainId": self.domain_id,
                "groupId": group_id,
                "groupName": name,
                "groupExternalKey": external_key,
                "description": "",
                "visible": True,
                "useServiceNotification": True,
                "useMessage": True,
                "administrators": [{"userId": user.user_id} for user in people[:1]],
                "members": inside,
            }
        return group_id

    def add_org_unit(
        self,
        name: str,
        members: Iterable[str] = (),
        *,
        parent: str | None = None,
        managers: Iterable[str] = (),
        external_key: str | None = None,
    ) -> str:
        """Add an organisational unit, below another one (by ID) or at the root; returns its ID."""
        people = [self.user(address) for address in members]
        leading = {self.user(address).user_id for address in managers}
        unit_id = self._new_id("orgunit")
        with self._state.lock:
            above = self._tenant.org_units.get(parent or "")
            self._tenant.org_units[unit_id] = {
                "domainId": self.domain_id,
                "orgUnitId": unit_id,
                "orgUnitName": name,
                "orgUnitExternalKey": external_key,
                "email": None,
                "description": "",
                "visible": True,
                "parentOrgUnitId": parent,
                "parentExternalKey": above["orgUnitExternalKey"] if above else None,
                "displayOrder": len(self._tenant.org_units) + 1,
                "displayLevel": above["displayLevel"] + 1 if above else 1,
                "aliasEmails": [],
                "i18nNames": [],
            }
            self._tenant.org_unit_members[unit_id] = [
                {
                    "userId": user.user_id,
                    "userExternalKey": user.external_key,
                    "isManager": user.user_id in leading,
                    "visible": True,
                    "useTeamFeature": True,
                }
                for user in people
            ]
        return unit_id

    def add_level(self, name: str, *, external_key: str | None = None) -> str:
        """Add a level (직급); returns its ID."""
        return self._add_named(self._tenant.levels, "level", name, external_key, executive=False)

    def add_position(self, name: str, *, external_key: str | None = None) -> str:
        """Add a position (직책); returns its ID."""
        return self._add_named(self._tenant.positions, "position", name, external_key)

    def add_user_type(self, name: str, *, external_key: str | None = None) -> str:
        """Add a user type (이용자 유형); returns its ID."""
        code = f"TYPE{len(self._tenant.user_types) + 1}"
        return self._add_named(
            self._tenant.user_types, "userType", name, external_key, userTypeCode=code
        )

    def _add_named(
        self,
        items: list[dict[str, Any]],
        kind: str,
        name: str,
        external_key: str | None,
        **more: Any,
    ) -> str:
        item_id = self._new_id(kind)
        with self._state.lock:
            items.append(
                {
                    "domainId": self.domain_id,
                    f"{kind}Id": item_id,
                    f"{kind}Name": name,
                    f"{kind}ExternalKey": external_key,
                    "displayOrder": len(items) + 1,
                    "i18nNames": [],
                    **more,
                }
            )
        return item_id

    def _new_id(self, kind: str) -> str:
        number = next(self._ids)
        return str(uuid5(NAMESPACE_URL, f"{kind}:{self.domain_id}:{number}"))
