"""Members of the simulated organisation, and their wire form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Self
from uuid import NAMESPACE_URL, uuid5

from attrs import Factory, evolve, field, frozen

from naverworks_notify.errors import InvalidValue, Violation

__all__ = ["SimulatedUser", "default_users", "user_from"]


def _stable_id(user: SimulatedUser) -> str:
    return str(uuid5(NAMESPACE_URL, f"mailto:{user.email}"))


def _strings(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(values)


@frozen(kw_only=True)
class SimulatedUser:
    """A member of the simulated organisation.

    Fields follow the service's user object
    (https://developers.worksmobile.com/jp/docs/user-get); what has no attribute here can be given
    in `more`, in the service's wire form.

    Examples:
        >>> SimulatedUser(email="doyoon@example.com", name="이도윤").to_dict(domain_id=10000001)[
        ...     "userName"
        ... ]
        {'lastName': '이', 'firstName': '도윤'}

    Attributes:
        email: Login ID.
        user_id: Resource ID; made from the e-mail when not given, the same in every run.
        name: Full name. A Korean name is split after its first syllable, any other at its last
            space.
        nick_name: Shown instead of the name where the service does so.
        domain_id: The domain the member belongs to; the tenant's own when not given.
        external_key: The key of another system, or None.
        aliases: Further e-mail addresses.
        organization_emails: E-mail addresses of concurrent posts.
        photo_url: A picture for the web inbox, or None. The service's user object has none.
        title: Shown under the name in the web inbox.
        locale: Such as `ko_KR`.
        administrator: Whether the member is a domain administrator.
        suspended: Whether the account is suspended.
        deleted: Whether the member was deleted.
        deleted_at: When; visible for seven days more, or for good when not given.
        pending: Whether registration is pending.
        awaiting: Whether the account was made and not activated.
        leave: Begin and end of a leave of absence, or None.
        more: Further members of the wire form; they win.
    """

    email: str = field(repr=False)
    user_id: str = field(default=Factory(_stable_id, takes_self=True))
    name: str = ""
    nick_name: str | None = None
    domain_id: int | None = None
    external_key: str | None = None
    aliases: tuple[str, ...] = field(default=(), converter=_strings, repr=False)
    organization_emails: tuple[str, ...] = field(default=(), converter=_strings, repr=False)
    photo_url: str | None = None
    title: str = ""
    locale: str = "ko_KR"
    administrator: bool = False
    suspended: bool = False
    deleted: bool = False
    deleted_at: datetime | None = None
    pending: bool = False
    awaiting: bool = False
    leave: tuple[datetime, datetime] | None = None
    more: Mapping[str, Any] = field(factory=dict, repr=False)

    @property
    def display_name(self) -> str:
        """The name a person reads; the part of the e-mail before the @ when there is none."""
        return self.name or self.email.partition("@")[0]

    @property
    def addresses(self) -> tuple[str, ...]:
        """Every e-mail address that leads to this member."""
        return (self.email, *self.aliases, *self.organization_emails)

    def to_dict(self, *, domain_id: int, now: datetime | None = None) -> dict[str, Any]:
        """Return the full user object of the service."""
        home = self.domain_id or domain_id
        last, first = _split_name(self.display_name)
        emails = self.organization_emails or (self.email,)
        wire: dict[str, Any] = {
            "domainId": home,
            "userId": self.user_id,
            "userExternalKey": self.external_key,
            "isAdministrator": self.administrator,
            "isPending": self.pending,
            "isSuspended": self.suspended,
            "isDeleted": self.deleted,
            "isAwaiting": self.awaiting,
            "leaveOfAbsence": self._leave_to_dict(now),
            "suspendedReason": "MASTER" if self.suspended else None,
            "email": self.email,
            "userName": {"lastName": last, "firstName": first},
            "i18nNames": [],
            "nickName": self.nick_name,
            "aliasEmails": list(self.aliases),
            "searchable": True,
            "organizations": [
                {
                    "domainId": home,
                    "primary": i == 0,
                    "email": email,
                    "userExternalKey": self.external_key,
                    "orgUnits": [],
                }
                for i, email in enumerate(emails)
            ],
            "locale": self.locale,
            "timeZone": "Asia/Seoul",
        }
        wire.update(self.more)
        return wire

    def to_profile(self, *, domain_id: int) -> dict[str, Any]:
        """Return what a token with only `user.profile.read` sees."""
        full = self.to_dict(domain_id=domain_id)
        keys = (
            "userId",
            "userExternalKey",
            "email",
            "userName",
            "i18nNames",
            "organizations",
            "telephone",
            "cellPhone",
            "location",
        )
        return {key: full.get(key) for key in keys}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Self:
        """Read the service's wire form; what has no attribute is kept in `more`.

        Raises:
            InvalidValue: There is no e-mail.
        """
        if not raw.get("email"):
            told = "A simulated user needs an email."
            raise InvalidValue(violations=(Violation("email", "required", told),))
        name = raw.get("userName") or {}
        leave = raw.get("leaveOfAbsence") or {}
        user = cls(
            email=raw["email"],
            name=_join_name(name.get("lastName") or "", name.get("firstName") or ""),
            nick_name=raw.get("nickName"),
            domain_id=raw.get("domainId"),
            external_key=raw.get("userExternalKey"),
            aliases=raw.get("aliasEmails") or (),
            organization_emails=tuple(
                item["email"] for item in raw.get("organizations") or () if item.get("email")
            ),
            administrator=bool(raw.get("isAdministrator")),
            suspended=bool(raw.get("isSuspended")),
            pending=bool(raw.get("isPending")),
            awaiting=bool(raw.get("isAwaiting")),
            deleted=bool(raw.get("isDeleted")),
            leave=_read_leave(leave),
            locale=raw.get("locale") or "ko_KR",
            more={key: value for key, value in raw.items() if key not in _DERIVED},
        )
        return evolve(user, user_id=raw["userId"]) if raw.get("userId") else user

    def _leave_to_dict(self, now: datetime | None) -> dict[str, Any]:
        if self.leave is None:
            return {"startTime": None, "endTime": None, "isLeaveOfAbsence": False}
        start, end = self.leave
        return {
            "startTime": start.isoformat(timespec="seconds"),
            "endTime": end.isoformat(timespec="seconds"),
            "isLeaveOfAbsence": now is not None and start <= now < end,
        }


# What from_dict reads into attributes that callers may change later; the rest stays as given.
_DERIVED = frozenset(
    {
        "userId",
        "email",
        "nickName",
        "domainId",
        "userExternalKey",
        "aliasEmails",
        "isAdministrator",
        "isSuspended",
        "isPending",
        "isAwaiting",
        "isDeleted",
        "leaveOfAbsence",
        "suspendedReason",
        "locale",
    }
)


def user_from(given: str | SimulatedUser | Mapping[str, Any]) -> SimulatedUser:
    """Return a member from an e-mail address, a value, or the wire form."""
    if isinstance(given, SimulatedUser):
        return given
    if isinstance(given, str):
        return SimulatedUser(email=given)
    return SimulatedUser.from_dict(given)


def default_users() -> Iterable[SimulatedUser]:
    """Return the members a simulator has when none are given."""
    return (
        SimulatedUser(email="minji@example.com", name="김민지", title="채용 담당자"),
        SimulatedUser(email="doyoon@example.com", name="이도윤", title="백엔드 리드"),
        SimulatedUser(email="seoyeon@example.com", name="박서연", title="프론트엔드 엔지니어"),
        SimulatedUser(email="jiho@example.com", name="최지호", title="프로덕트 매니저"),
        SimulatedUser(email="yuki@example.com", name="Yuki Tanaka", title="디자이너"),
        SimulatedUser(email="alex@example.com", name="Alex Kim", title="데이터 엔지니어"),
    )


def _is_hangul(text: str) -> bool:
    return all("가" <= letter <= "힣" for letter in text)


def _split_name(name: str) -> tuple[str, str]:
    if " " in name:
        first, _, last = name.rpartition(" ")
        return last, first
    if len(name) > 1 and _is_hangul(name):
        return name[0], name[1:]
    return "", name


def _join_name(last: str, first: str) -> str:
    if _is_hangul(last + first):
        return last + first
    return f"{first} {last}".strip()


def _read_leave(raw: Mapping[str, Any]) -> tuple[datetime, datetime] | None:
    if not raw.get("startTime") or not raw.get("endTime"):
        return None
    return datetime.fromisoformat(raw["startTime"]), datetime.fromisoformat(raw["endTime"])
