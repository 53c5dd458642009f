"""Members of the organisation, as the Directory API returns them."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from naverworks_notify.schema import Answer, member

__all__ = [
    "ExternalKey",
    "LeaveOfAbsence",
    "LocalizedName",
    "OrgUnitPost",
    "Organization",
    "User",
    "UserName",
    "user_from_wire",
]


@frozen(kw_only=True)
class UserName(Answer):
    """A member's name.

    Attributes:
        last_name: Family name, at most 80 characters.
        first_name: Given name, at most 80 characters.
        phonetic_last_name: Reading of the family name.
        phonetic_first_name: Reading of the given name.
    """

    last_name: str | None = None
    first_name: str | None = None
    phonetic_last_name: str | None = None
    phonetic_first_name: str | None = None


@frozen(kw_only=True)
class LocalizedName(Answer):
    """A name in one more language.

    Attributes:
        language: `ko_KR`, `ja_JP`, `zh_CN`, `zh_TW` or `en_US`.
        name: The whole name, where the item has one (levels, positions, units).
        last_name: Family name (members).
        first_name: Given name (members).
    """

    language: str
    name: str | None = None
    last_name: str | None = None
    first_name: str | None = None


@frozen(kw_only=True)
class OrgUnitPost(Answer):
    """A member's place in one organisational unit.

    Attributes:
        org_unit_id: Resource id of the unit.
        org_unit_name: Its name.
        external_key: Its external key.
        primary: Whether it is the member's main unit.
        position_id: Position held there.
        position_name: Its name.
        is_manager: Whether the member heads the unit.
        visible: Whether the member is shown there.
    """

    org_unit_id: str
    org_unit_name: str | None = None
    external_key: str | None = field(default=None, metadata=member(key="orgUnitExternalKey"))
    primary: bool | None = None
    position_id: str | None = None
    position_name: str | None = None
    is_manager: bool | None = None
    visible: bool | None = None


@frozen(kw_only=True)
class Organization(Answer):
    """A member's place in one domain; a member with a concurrent post has several.

    Attributes:
        domain_id: The domain.
        primary: Whether it is the member's main one.
        email: The address there, which may differ from the login address.
        external_key: The member's external key there.
        level_id: Level held there.
        level_name: Its name.
        executive: Whether the level is an executive one.
        organization_name: Name of the organisation.
        org_units: Places in its units.
    """

    domain_id: int | None = None
    primary: bool | None = None
    email: str | None = field(default=None, repr=False)
    external_key: str | None = field(default=None, metadata=member(key="userExternalKey"))
    level_id: str | None = None
    level_name: str | None = None
    executive: bool | None = None
    organization_name: str | None = None
    org_units: tuple[OrgUnitPost, ...] = ()


@frozen(kw_only=True)
class LeaveOfAbsence(Answer):
    """A member's leave.

    Attributes:
        is_on_leave: The service's own flag; its name is known from third parties only.
        start: When it starts, aware.
        end: When it ends, aware.
    """

    is_on_leave: bool | None = field(default=None, metadata=member(key="isLeaveOfAbsence"))
    start: datetime | None = field(default=None, metadata=member(key="startTime"))
    end: datetime | None = field(default=None, metadata=member(key="endTime"))

    def covers(self, moment: datetime) -> bool:
        """Return whether the member is on leave at `moment`, by the flag or by the dates."""
        if self.is_on_leave:
            return True
        return (
            self.start is not None
            and self.start <= moment
            and (self.end is None or moment < self.end)
        )


@frozen(kw_only=True)
class User(Answer):
    """A member of the organisation.

    Which members are filled depends on the token's scopes and on the administrator's settings:
    with `user.profile.read` there are no status flags, with `user.email.read` there are only
    `user_id` and `email`. A missing flag is None, never False.

    Source: https://developers.worksmobile.com/jp/docs/user-get,
    https://developers.worksmobile.com/en/docs/user-list

    Attributes:
        user_id: Resource id; permanent and unique. Store this one.
        email: Login address; an administrator may change it.
        domain_id: The domain.
        external_key: The key your own system registered, unique in the tenant.
        name: The member's name.
        localized_names: The name in other languages.
        nick_name: Nickname.
        alias_emails: Further addresses, at most 10.
        private_email: Private address.
        organizations: Places in the organisation.
        is_administrator: Domain administrator.
        is_pending: Registration pending.
        is_suspended: Temporarily suspended.
        is_deleted: Deleted; such a member stays for a grace period of 7 days.
        is_awaiting: Account made, not activated.
        suspended_reason: `MASTER` or `LOGIN_FAIL`.
        leave: Leave of absence.
        searchable: Whether other members find this one.
        user_type_id: User type.
        user_type_name: Its name.
        user_type_code: Its code.
        telephone: Free text.
        cell_phone: Free text.
        location: Work place.
        task: Duties.
        locale: Language setting.
        time_zone: Time zone setting.
        employee_number: Employee number.
    """

    user_id: str
    email: str | None = field(default=None, repr=False)
    domain_id: int | None = None
    external_key: str | None = field(
        default=None, repr=False, metadata=member(key="userExternalKey")
    )
    name: UserName | None = field(default=None, repr=False, metadata=member(key="userName"))
    localized_names: tuple[LocalizedName, ...] = field(
        default=(), repr=False, metadata=member(key="i18nNames")
    )
    nick_name: str | None = field(default=None, repr=False)
    alias_emails: tuple[str, ...] = field(default=(), repr=False)
    private_email: str | None = field(default=None, repr=False)
    organizations: tuple[Organization, ...] = field(default=(), repr=False)
    is_administrator: bool | None = None
    is_pending: bool | None = None
    is_suspended: bool | None = None
    is_deleted: bool | None = None
    is_awaiting: bool | None = None
    suspended_reason: str | None = None
    leave: LeaveOfAbsence | None = field(default=None, metadata=member(key="leaveOfAbsence"))
    searchable: bool | None = field(default=None, repr=False)
    user_type_id: str | None = field(default=None, repr=False)
    user_type_name: str | None = field(default=None, repr=False)
    user_type_code: str | None = field(default=None, repr=False)
    telephone: str | None = field(default=None, repr=False)
    cell_phone: str | None = field(default=None, repr=False)
    location: str | None = field(default=None, repr=False)
    task: str | None = field(default=None, repr=False)
    locale: str | None = field(default=None, repr=False)
    time_zone: str | None = field(default=None, repr=False)
    employee_number: str | None = field(default=None, repr=False)


@frozen(kw_only=True)
class ExternalKey(Answer):
    """A member's external key, as the bulk list gives it; there are no status flags.

    Source: https://developers.worksmobile.com/jp/docs/user-external-key-list

    Attributes:
        user_id: Resource id.
        external_key: The key, or None when the member has none.
        domain_id: The domain.
        name: Name.
        email: Login address.
    """

    user_id: str = field(metadata=member(key="id"))
    external_key: str | None = field(default=None, repr=False)
    domain_id: int | None = None
    name: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)


def user_from_wire(raw: object) -> User:
    """Return the member that a JSON object of the Directory API describes.

    Raises:
        InvalidValue: The object has no `userId`, or a member of another type than documented.
    """
    return User.from_response(raw)
