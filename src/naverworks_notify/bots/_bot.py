"""The bot itself.

Sources: https://developers.worksmobile.com/kr/docs/bot-get,
https://developers.worksmobile.com/en/docs/bot-create,
https://developers.worksmobile.com/kr/docs/bot-update-patch,
https://developers.worksmobile.com/en/docs/bot-list
"""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from naverworks_notify.schema import (
    Choice,
    Flag,
    Localized,
    Many,
    Moment,
    Text,
    Translations,
    Url,
    Whole,
    WireValue,
    as_localized,
    as_tuple,
    wire,
)

__all__ = ["Bot", "BotChanges", "BotSummary"]

_NAME = Text(100)
_PHOTO = Url()
_DESCRIPTION = Text(100)
_ADMINISTRATORS = Many(Text(), low=1, high=3, unique=True)
_SUBADMINISTRATORS = Many(Text(), low=0, high=3, unique=True)
_DOMAINS = Many(Whole(), low=0, unique=True)
_CALLBACK_URL = Url(empty=True)
_CALLBACK_EVENTS = Many(
    Choice("text", "location", "sticker", "image", "file", "audio", "video"), low=0, unique=True
)
_CHANNEL_EVENTS = Many(
    Choice("message", "join", "leave", "joined", "left", "postback", "begin", "end"),
    low=0,
    unique=True,
)
_I18N_NAMES = Translations("botName", _NAME)
_I18N_DESCRIPTIONS = Translations("description", _DESCRIPTION)
_I18N_PHOTOS = Translations("photoUrl", _PHOTO)


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class Bot(WireValue):
    """A bot, as it is created or replaced, and as the service returns it.

    Calls that change one bot must never run in parallel; the client sees to that.

    Attributes:
        bot_name: At most 100 characters; a newline becomes a space.
        photo_url: HTTPS, PNG, at most 1000 characters; 640 x 640 is recommended.
        description: At most 100 characters.
        administrators: 1 to 3 user ids, without repeats.
        subadministrators: Up to 3 user ids, without repeats.
        allow_domains: The domains the bot may be registered in. A registered domain that is
            dropped from the list is removed by the service.
        enable_callback: Default false.
        callback_url: HTTPS, at most 1000 characters; an empty string for no callback.
        callback_events: Kinds of message a user may send: text, location, sticker, image, file,
            audio, video.
        channel_events: message, join, leave, joined, left, postback, begin, end. The default
            leaves out begin and end.
        enable_group_join: False (the default) for 1:1 rooms only.
        default_richmenu_id: The rich menu everyone sees.
        i18n_bot_names: The name by language, at most 100 characters.
        i18n_descriptions: The description by language, at most 100 characters.
        i18n_photo_urls: The photo by language.
        bot_id: Set by the service.
        created_time: Set by the service.
        modified_time: Set by the service.
    """

    bot_name: str = field(metadata=wire(_NAME, required=True))
    photo_url: str = field(metadata=wire(_PHOTO, required=True))
    description: str = field(metadata=wire(_DESCRIPTION, required=True))
    administrators: tuple[str, ...] = field(
        converter=as_tuple, metadata=wire(_ADMINISTRATORS, required=True)
    )
    subadministrators: tuple[str, ...] | None = field(
        default=None, converter=as_tuple, metadata=wire(_SUBADMINISTRATORS)
    )
    allow_domains: tuple[int, ...] | None = field(
        default=None, converter=as_tuple, metadata=wire(_DOMAINS)
    )
    enable_callback: bool | None = field(default=None, metadata=wire(Flag()))
    callback_url: str | None = field(default=None, metadata=wire(_CALLBACK_URL))
    callback_events: tuple[str, ...] | None = field(
        default=None, converter=as_tuple, metadata=wire(_CALLBACK_EVENTS)
    )
    channel_events: tuple[str, ...] | None = field(
        default=None, converter=as_tuple, metadata=wire(_CHANNEL_EVENTS)
    )
    enable_group_join: bool | None = field(default=None, metadata=wire(Flag()))
    default_richmenu_id: str | None = field(default=None, metadata=wire(Text()))
    i18n_bot_names: tuple[Localized, ...] | None = field(
        default=None, converter=as_localized, metadata=wire(_I18N_NAMES)
    )
    i18n_descriptions: tuple[Localized, ...] | None = field(
        default=None, converter=as_localized, metadata=wire(_I18N_DESCRIPTIONS)
    )
    i18n_photo_urls: tuple[Localized, ...] | None = field(
        default=None, converter=as_localized, metadata=wire(_I18N_PHOTOS)
    )
    bot_id: int | None = field(default=None, metadata=wire(Whole(), read_only=True))
    created_time: datetime | None = field(default=None, metadata=wire(Moment(), read_only=True))
    modified_time: datetime | None = field(default=None, metadata=wire(Moment(), read_only=True))


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class BotChanges(WireValue):
    """A partial update: what is left out keeps its value.

    Attributes:
        bot_name: As for `Bot`; so are all the others.
    """

    bot_name: str | None = field(default=None, metadata=wire(_NAME))
    photo_url: str | None = field(default=None, metadata=wire(_PHOTO))
    description: str | None = field(default=None, metadata=wire(_DESCRIPTION))
    administrators: tuple[str, ...] | None = field(
        default=None, converter=as_tuple, metadata=wire(_ADMINISTRATORS)
    )
    subadministrators: tuple[str, ...] | None = field(
        default=None, converter=as_tuple, metadata=wire(_SUBADMINISTRATORS)
    )
    allow_domains: tuple[int, ...] | None = field(
        default=None, converter=as_tuple, metadata=wire(_DOMAINS)
    )
    enable_callback: bool | None = field(default=None, metadata=wire(Flag()))
    callback_url: str | None = field(default=None, metadata=wire(_CALLBACK_URL))
    callback_events: tuple[str, ...] | None = field(
        default=None, converter=as_tuple, metadata=wire(_CALLBACK_EVENTS)
    )
    channel_events: tuple[str, ...] | None = field(
        default=None, converter=as_tuple, metadata=wire(_CHANNEL_EVENTS)
    )
    enable_group_join: bool | None = field(default=None, metadata=wire(Flag()))
    default_richmenu_id: str | None = field(default=None, metadata=wire(Text()))
    i18n_bot_names: tuple[Localized, ...] | None = field(
        default=None, converter=as_localized, metadata=wire(_I18N_NAMES)
    )
    i18n_descriptions: tuple[Localized, ...] | None = field(
        default=None, converter=as_localized, metadata=wire(_I18N_DESCRIPTIONS)
    )
    i18n_photo_urls: tuple[Localized, ...] | None = field(
        default=None, converter=as_localized, metadata=wire(_I18N_PHOTOS)
    )


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class BotSummary(WireValue):
    """One row of the list of bots.

    Attributes:
        bot_id: The bot's id.
        bot_name: Its name.
        photo_url: Its photo, where there is one.
        i18n_bot_names: The name by language.
        i18n_photo_urls: The photo by language.
    """

    bot_id: int = field(metadata=wire(Whole(), required=True))
    bot_name: str = field(metadata=wire(_NAME, required=True))
    photo_url: str | None = field(default=None, metadata=wire(_PHOTO))
    i18n_bot_names: tuple[Localized, ...] | None = field(
        default=None, converter=as_localized, metadata=wire(_I18N_NAMES)
    )
    i18n_photo_urls: tuple[Localized, ...] | None = field(
        default=None, converter=as_localized, metadata=wire(_I18N_PHOTOS)
    )
