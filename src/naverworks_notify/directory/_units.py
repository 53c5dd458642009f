"""Groups, organisational units, levels, positions and user types of the Directory API."""

from __future__ import annotations

from attrs import field, frozen

from naverworks_notify.directory._read import Answer
from naverworks_notify.directory._users import LocalizedName, read_localized_name

__all__ = [
    "Group",
    "GroupMember",
    "Level",
    "OrgUnit",
    "OrgUnitMember",
    "Position",
    "UserType",
    "read_group",
    "read_group_member",
    "read_level",
    "read_org_unit",
    "read_org_unit_member",
    "read_position",
    "read_user_type",
]


@frozen(kw_only=True)
class GroupMember:
    """A member of a group.

    Source: https://developers.worksmobile.com/jp/docs/group-member-list

    Attributes:
        id: Resource id of the user, unit or group.
        external_key: Its external key.
        type: `USER`, `ORGUNIT` or `GROUP`; a group may hold others.
    """

    id: str
    external_key: str | None = field(default=None, repr=False)
    type: str | None = None


@frozen(kw_only=True)
class Group:
    """A group.

    Source: https://developers.worksmobile.com/en/docs/group-list

    Attributes:
        group_id: Resource id.
        name: At most 100 characters.
        domain_id: The domain.
        description: At most 300 characters.
        visible: Whether other members see it.
        external_key: The key your own system registered.
        email: Its mailing address, where it has one.
        use_message: Whether it has a message room.
        administrators: User ids of those who manage it.
        members: Its direct members, where the list gives them.
    """

    group_id: str
    name: str | None = None
    domain_id: int | None = None
    description: str | None = field(default=None, repr=False)
    visible: bool | None = None
    external_key: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    use_message: bool | None = None
    administrators: tuple[str, ...] = field(default=(), repr=False)
    members: tuple[GroupMember, ...] = field(default=(), repr=False)


@frozen(kw_only=True)
class OrgUnit:
    """An organisational unit.

    Source: https://developers.worksmobile.com/en/docs/orgunit-list

    Attributes:
        org_unit_id: Resource id.
        name: At most 100 characters.
        domain_id: The domain.
        external_key: The key your own system registered.
        parent_id: The unit above; None at the root.
        parent_external_key: Its external key.
        localized_names: The name in other languages.
        email: Its mailing address.
        alias_emails: Further addresses.
        description: At most 160 characters.
        visible: Whether it is shown.
        display_order: Order among its siblings.
        display_level: Depth, from 1.
    """

    org_unit_id: str
    name: str | None = None
    domain_id: int | None = None
    external_key: str | None = field(default=None, repr=False)
    parent_id: str | None = None
    parent_external_key: str | None = field(default=None, repr=False)
    localized_names: tuple[LocalizedName, ...] = field(default=(), repr=False)
    email: str | None = field(default=None, repr=False)
    alias_emails: tuple[str, ...] = field(default=(), repr=False)
    description: str | None = field(default=None, repr=False)
    visible: bool | None = None
    display_order: int | None = None
    display_level: int | None = None


@frozen(kw_only=True)
class OrgUnitMember:
    """A member of an organisational unit.

    Source: https://developers.worksmobile.com/jp/docs/orgunit-member-list

    Attributes:
        user_id: Resource id.
        external_key: The member's external key.
        is_manager: Whether the member heads the unit.
        visible: Whether the member is shown there.
        use_team_feature: Whether the unit's room and calendar are used.
    """

    user_id: str
    external_key: str | None = field(default=None, repr=False)
    is_manager: bool | None = None
    visible: bool | None = None
    use_team_feature: bool | None = None


@frozen(kw_only=True)
class Level:
    """A level (직급); the domain must use levels.

    Source: https://developers.worksmobile.com/jp/docs/directory-level-list

    Attributes:
        level_id: Resource id.
        name: Its name.
        external_key: The key your own system registered.
        display_order: Order.
        executive: Whether it is an executive one.
        localized_names: The name in other languages.
    """

    level_id: str
    name: str | None = None
    external_key: str | None = field(default=None, repr=False)
    display_order: int | None = None
    executive: bool | None = None
    localized_names: tuple[LocalizedName, ...] = field(default=(), repr=False)


@frozen(kw_only=True)
class Position:
    """A position (직책); the domain must use positions.

    Source: https://developers.worksmobile.com/jp/docs/directory-position-list

    Attributes:
        position_id: Resource id.
        name: Its name.
        external_key: The key your own system registered.
        display_order: Order.
        localized_names: The name in other languages.
    """

    position_id: str
    name: str | None = None
    external_key: str | None = field(default=None, repr=False)
    display_order: int | None = None
    localized_names: tuple[LocalizedName, ...] = field(default=(), repr=False)


@frozen(kw_only=True)
class UserType:
    """A user type (이용권한 유형); the domain must use user types.

    Source: https://developers.worksmobile.com/en/docs/directory-user-type-list

    Attributes:
        user_type_id: Resource id.
        name: Its name.
        code: Its code.
        external_key: The key your own system registered.
        display_order: Order.
    """

    user_type_id: str
    name: str | None = None
    code: str | None = None
    external_key: str | None = field(default=None, repr=False)
    display_order: int | None = None


def read_group(answer: Answer) -> Group:
    """Read one group."""
    return Group(
        group_id=answer.required_text("groupId"),
        name=answer.text("groupName"),
        domain_id=answer.integer("domainId"),
        description=answer.text("description"),
        visible=answer.flag("visible"),
        external_key=answer.text("groupExternalKey"),
        email=answer.text("groupEmail"),
        use_message=answer.flag("useMessage"),
        administrators=answer.ids("administrators", "userId"),
        members=answer.items("members", read_group_member),
    )


def read_group_member(answer: Answer) -> GroupMember:
    """Read one member of a group."""
    return GroupMember(
        id=answer.required_text("id"),
        external_key=answer.text("externalKey"),
        type=answer.text("type"),
    )


def read_org_unit(answer: Answer) -> OrgUnit:
    """Read one organisational unit."""
    return OrgUnit(
        org_unit_id=answer.required_text("orgUnitId"),
        name=answer.text("orgUnitName"),
        domain_id=answer.integer("domainId"),
        external_key=answer.text("orgUnitExternalKey"),
        parent_id=answer.text("parentOrgUnitId"),
        parent_external_key=answer.text("parentExternalKey"),
        localized_names=answer.items("i18nNames", read_localized_name),
        email=answer.text("email"),
        alias_emails=answer.texts("aliasEmails"),
        description=answer.text("description"),
        visible=answer.flag("visible"),
        display_order=answer.integer("displayOrder"),
        display_level=answer.integer("displayLevel"),
    )


def read_org_unit_member(answer: Answer) -> OrgUnitMember:
    """Read one member of an organisational unit."""
    return OrgUnitMember(
        user_id=answer.required_text("userId"),
        external_key=answer.text("userExternalKey"),
        is_manager=answer.flag("isManager"),
        visible=answer.flag("visible"),
        use_team_feature=answer.flag("useTeamFeature"),
    )


def read_level(answer: Answer) -> Level:
    """Read one level."""
    return Level(
        level_id=answer.required_text("levelId"),
        name=answer.text("levelName"),
        external_key=answer.text("levelExternalKey"),
        display_order=answer.integer("displayOrder"),
        executive=answer.flag("executive"),
        localized_names=answer.items("i18nNames", read_localized_name),
    )


def read_position(answer: Answer) -> Position:
    """Read one position."""
    return Position(
        position_id=answer.required_text("positionId"),
        name=answer.text("positionName"),
        external_key=answer.text("positionExternalKey"),
        display_order=answer.integer("displayOrder"),
        localized_names=answer.items("i18nNames", read_localized_name),
    )


def read_user_type(answer: Answer) -> UserType:
    """Read one user type."""
    return UserType(
        user_type_id=answer.required_text("userTypeId"),
        name=answer.text("userTypeName"),
        code=answer.text("userTypeCode"),
        external_key=answer.text("userTypeExternalKey"),
        display_order=answer.integer("displayOrder"),
    )
