"""Bots, their domains, rooms, menus and attachments, as values checked like messages.

    Bot BotChanges BotSummary        create or update, patch, and a row of the list
    BotDomain DomainMember           where a bot is registered, and for whom
    NewChannel Channel ChannelType   rooms
    NewAttachment Attachment         files to upload
    PersistentMenu                   the menu of all rooms
    RichMenu RichMenuSize RichMenuArea Bounds RichMenuImage DefaultRichMenu

`to_dict()` gives what is sent, `from_dict()` reads it strictly, and `from_response()` reads what
the service answers.
"""

from naverworks_notify.bots._bot import Bot, BotChanges, BotSummary
from naverworks_notify.bots._domain import BotDomain, DomainMember
from naverworks_notify.bots._menus import (
    Bounds,
    DefaultRichMenu,
    PersistentMenu,
    RichMenu,
    RichMenuArea,
    RichMenuImage,
    RichMenuSize,
)
from naverworks_notify.bots._rooms import (
    Attachment,
    Channel,
    ChannelType,
    NewAttachment,
    NewChannel,
)

__all__ = [
    "Attachment",
    "Bot",
    "BotChanges",
    "BotDomain",
    "BotSummary",
    "Bounds",
    "Channel",
    "ChannelType",
    "DefaultRichMenu",
    "DomainMember",
    "NewAttachment",
    "NewChannel",
    "PersistentMenu",
    "RichMenu",
    "RichMenuArea",
    "RichMenuImage",
    "RichMenuSize",
]
