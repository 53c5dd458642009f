"""Groups, organisational units, levels, positions and user types of the Directory API."""

from __future__ import annotations

from attrs import field, frozen

from naverworks_notify.directory._users import LocalizedName
from naverworks_notify.schema import Answer, IdsOf, member

__all__ = [
    "Group",
    "GroupMember",
    "Level",
    "OrgUnit",
    "OrgUnitMember",
    "Position",
    "UserType",
]


@frozen(kw_only=True)
class GroupMember(Answer):
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
class Group(Answer):
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
    name: str | None = field(default=None, metadata=member(key="groupName"))
    domain_id: int | None = None
    description: str | None = field(default=None, repr=False)
    visible: bool | None = None
    external_key: str | None = field(
        default=None, repr=False, metadata=member(key="groupExternalKey")
    )
    email: str | None = field(default=None, repr=False, metadata=member(key="groupEmail"))
    use_message: bool | None = None
    administrators: tuple[str, ...] = field(
        default=(), repr=False, metadata=member(kind=IdsOf("userId"))
    )
    members: tuple[GroupMember, ...] = field(default=(), repr=False)


@frozen(kw_only=True)
class OrgUnit(Answer):
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
    name: str | None = field(default=None, metadata=member(key="orgUnitName"))
    domain_id: int | None = None
    external_key: str | None = field(
        default=None, repr=False, metadata=member(key="orgUnitExternalKey")
    )
    parent_id: str | None = field(default=None, metadata=member(key="parentOrgUnitId"))
    parent_external_key: str | None = field(default=None, repr=False)
    localized_names: tuple[LocalizedName, ...] = field(
        default=(), repr=False, metadata=member(key="i18nNames")
    )
    email: str | None = field(default=None, repr=False)
    alias_emails: tuple[str, ...] = field(default=(), repr=False)
    description: str | None = field(default=None, repr=False)
    visible: bool | None = None
    display_order: int | None = None
    display_level: int | None = None


@frozen(kw_only=True)
class OrgUnitMember(Answer):
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
    external_key: str | None = field(
        default=None, repr=False, metadata=member(key="userExternalKey")
    )
    is_manager: bool | None = None
    visible: bool | None = None
    use_team_feature: bool | None = None


@frozen(kw_only=True)
class Level(Answer):
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
    name: str | None = field(default=None, metadata=member(key="levelName"))
    external_key: str | None = field(
        default=None, repr=False, metadata=member(key="levelExternalKey")
    )
    display_order: int | None = None
    executive: bool | None = None
    localized_names: tuple[LocalizedName, ...] = field(
        default=(), repr=False, metadata=member(key="i18nNames")
    )


@frozen(kw_only=True)
class Position(Answer):
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
    name: str | None = field(default=None, metadata=member(key="positionName"))
    external_key: str | None = field(
        default=None, repr=False, metadata=member(key="positionExternalKey")
    )
    display_order: int | None = None
    localized_names: tuple[LocalizedName, ...] = field(
        default=(), repr=False, metadata=member(key="i18nNames")
    )


@frozen(kw_only=True)
class UserType(Answer):
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
    name: str | None = field(default=None, metadata=member(key="userTypeName"))
    code: str | None = field(default=None, metadata=member(key="userTypeCode"))
    external_key: str | None = field(
        default=None, repr=False, metadata=member(key="userTypeExternalKey")
    )
    display_order: int | None = None
