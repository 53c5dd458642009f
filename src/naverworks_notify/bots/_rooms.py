"""Rooms (the service calls them channels) and attachments.

Sources: https://developers.worksmobile.com/kr/docs/bot-channel-create,
https://developers.worksmobile.com/kr/docs/bot-channel-get,
https://developers.worksmobile.com/kr/docs/bot-attachment-create
"""

from __future__ import annotations

from attrs import field, frozen

from naverworks_notify.schema import (
    Choice,
    Many,
    Nested,
    Text,
    Whole,
    WireValue,
    as_tuple,
    wire,
)

__all__ = ["Attachment", "Channel", "ChannelType", "NewAttachment", "NewChannel"]


@frozen(slots=False, eq=False, repr=False)
class NewChannel(WireValue):
    """A room to be created with the bot in it.

    Attributes:
        members: 1 to 100 user ids or login e-mails, without repeats; never shown in the repr.
        title: At most 1000 characters.
    """

    members: tuple[str, ...] = field(
        repr=False,
        converter=as_tuple,
        metadata=wire(Many(Text(), high=100, unique=True), required=True),
    )
    title: str | None = field(default=None, kw_only=True, metadata=wire(Text(1000, empty=True)))


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class ChannelType(WireValue):
    """What kind of room it is.

    Attributes:
        kind: SINGLE_USER, MULTI_USERS, ORGUNIT or GROUP (`type` in JSON).
        org_unit_id: The org unit of an ORGUNIT room.
        group_id: The group of a GROUP room.
    """

    kind: str = field(
        metadata=wire(
            Choice("SINGLE_USER", "MULTI_USERS", "ORGUNIT", "GROUP"), required=True, key="type"
        )
    )
    org_unit_id: str | None = field(default=None, metadata=wire(Text()))
    group_id: str | None = field(default=None, metadata=wire(Text()))


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class Channel(WireValue):
    """A room the bot is in.

    Attributes:
        channel_id: The room's id.
        domain_id: The room's domain; not in the answer to creating one.
        title: The room's title.
        channel_type: What kind of room it is; not in the answer to creating one.
    """

    channel_id: str = field(metadata=wire(Text(), required=True))
    domain_id: int | None = field(default=None, metadata=wire(Whole()))
    title: str | None = field(default=None, metadata=wire(Text(empty=True)))
    channel_type: ChannelType | None = field(default=None, metadata=wire(Nested(ChannelType)))


@frozen(slots=False, eq=False, repr=False)
class NewAttachment(WireValue):
    """A file about to be uploaded.

    Attributes:
        file_name: The name with its extension; not marked as required in the documentation.
    """

    file_name: str | None = field(default=None, metadata=wire(Text()))


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class Attachment(WireValue):
    """Where to upload a file, and its id for messages. Both live 24 hours.

    Attributes:
        file_id: The id to put into messages.
        upload_url: Where to upload, once; never shown in the repr.
    """

    file_id: str = field(metadata=wire(Text(), required=True))
    upload_url: str = field(repr=False, metadata=wire(Text(), required=True))
