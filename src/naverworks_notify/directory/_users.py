"""Members of the organisation, as the Directory API returns them."""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from naverworks_notify.directory._read import Answer, read_answer

__all__ = [
    "ExternalKey",
    "LeaveOfAbsence",
    "LocalizedName",
    "OrgUnitPost",
    "Organization",
    "User",
    "UserName",
    "read_external_key",
    "read_user",
    "user_from_wire",
]


@frozen(kw_only=True)
class UserName:
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
class LocalizedName:
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
class OrgUnitPost:
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
    external_key: str | None = None
    primary: bool | None = None
    position_id: str | None = None
    position_name: str | None = None
    is_manager: bool | None = None
    visible: bool | None = None


@frozen(kw_only=True)
class Organization:
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
    external_key: str | None = None
    level_id: str | None = None
    level_name: str | None = None
    executive: bool | None = None
    organization_name: str | None = None
    org_units: tuple[OrgUnitPost, ...] = ()


@frozen(kw_only=True)
class LeaveOfAbsence:
    """A member's leave.

    Attributes:
        is_on_leave: The service's own flag; its name is known from third parties only.
        start: When it starts, aware.
        end: When it ends, aware.
    """

    is_on_leave: bool | None = None
    start: datetime | None = None
    end: datetime | None = None

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
class User:
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
    external_key: str | None = field(default=None, repr=False)
    name: UserName | None = field(default=None, repr=False)
    localized_names: tuple[LocalizedName, ...] = field(default=(), repr=False)
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
    leave: LeaveOfAbsence | None = None
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
class ExternalKey:
    """A member's external key, as the bulk list gives it; there are no status flags.

    Source: https://developers.worksmobile.com/jp/docs/user-external-key-list

    Attributes:
        user_id: Resource id.
        external_key: The key, or None when the member has none.
        domain_id: The domain.
        name: Name.
        email: Login address.
    """

    user_id: str
    external_key: str | None = field(default=None, repr=False)
    domain_id: int | None = None
    name: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)


def user_from_wire(raw: object) -> User:
    """Return the member that a JSON object of the Directory API describes.

    Raises:
        InvalidValue: The object has no `userId`, or a member of another type than documented.
    """
    return read_answer(raw, read_user)


def read_user(answer: Answer) -> User:
    """Read one member."""
    return User(
        user_id=answer.required_text("userId"),
        email=answer.text("email"),
        domain_id=answer.integer("domainId"),
        external_key=answer.text("userExternalKey"),
        name=answer.nested("userName", _read_name),
        localized_names=answer.items("i18nNames", read_localized_name),
        nick_name=answer.text("nickName"),
        alias_emails=answer.texts("aliasEmails"),
        private_email=answer.text("privateEmail"),
        organizations=answer.items("organizations", _read_organization),
        is_administrator=answer.flag("isAdministrator"),
        is_pending=answer.flag("isPending"),
        is_suspended=answer.flag("isSuspended"),
        is_deleted=answer.flag("isDeleted"),
        is_awaiting=answer.flag("isAwaiting"),
        suspended_reason=answer.text("suspendedReason"),
        leave=answer.nested("leaveOfAbsence", _read_leave),
        searchable=answer.flag("searchable"),
        user_type_id=answer.text("userTypeId"),
        user_type_name=answer.text("userTypeName"),
        user_type_code=answer.text("userTypeCode"),
        telephone=answer.text("telephone"),
        cell_phone=answer.text("cellPhone"),
        location=answer.text("location"),
        task=answer.text("task"),
        locale=answer.text("locale"),
        time_zone=answer.text("timeZone"),
        employee_number=answer.text("employeeNumber"),
    )


def read_external_key(answer: Answer) -> ExternalKey:
    """Read one item of the external-key list."""
    return ExternalKey(
        user_id=answer.required_text("id"),
        external_key=answer.text("externalKey"),
        domain_id=answer.integer("domainId"),
        name=answer.text("name"),
        email=answer.text("email"),
    )


def read_localized_name(answer: Answer) -> LocalizedName:
    """Read one item of an `i18nNames` array."""
    return LocalizedName(
        language=answer.required_text("language"),
        name=answer.text("name"),
        last_name=answer.text("lastName"),
        first_name=answer.text("firstName"),
    )


def _read_name(answer: Answer) -> UserName:
    return UserName(
        last_name=answer.text("lastName"),
        first_name=answer.text("firstName"),
        phonetic_last_name=answer.text("phoneticLastName"),
        phonetic_first_name=answer.text("phoneticFirstName"),
    )


def _read_organization(answer: Answer) -> Organization:
    return Organization(
        domain_id=answer.integer("domainId"),
        primary=answer.flag("primary"),
        email=answer.text("email"),
        external_key=answer.text("userExternalKey"),
        level_id=answer.text("levelId"),
        level_name=answer.text("levelName"),
        executive=answer.flag("executive"),
        organization_name=answer.text("organizationName"),
        org_units=answer.items("orgUnits", _read_post),
    )


def _read_post(answer: Answer) -> OrgUnitPost:
    return OrgUnitPost(
        org_unit_id=answer.required_text("orgUnitId"),
        org_unit_name=answer.text("orgUnitName"),
        external_key=answer.text("orgUnitExternalKey"),
        primary=answer.flag("primary"),
        position_id=answer.text("positionId"),
        position_name=answer.text("positionName"),
        is_manager=answer.flag("isManager"),
        visible=answer.flag("visible"),
    )


def _read_leave(answer: Answer) -> LeaveOfAbsence:
    return LeaveOfAbsence(
        is_on_leave=answer.flag("isLeaveOfAbsence"),
        start=_moment(answer.text("startTime")),
        end=_moment(answer.text("endTime")),
    )


def _moment(text: str | None) -> datetime | None:
    # The documented form has an offset; a date that cannot be placed in time says nothing, and
    # is no reason to refuse the whole member.
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
