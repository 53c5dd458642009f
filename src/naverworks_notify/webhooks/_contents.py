"""What a user sent to the bot, by type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from attrs import field, frozen

__all__ = [
    "AudioReceived",
    "FileReceived",
    "ImageReceived",
    "LocationReceived",
    "ReceivedContent",
    "StickerReceived",
    "TextReceived",
    "UnknownContent",
    "VideoReceived",
]


@frozen(kw_only=True)
class TextReceived:
    """A text (https://developers.worksmobile.com/kr/docs/bot-callback-message).

    Attributes:
        text: What was written, or the text of the message action that was tapped.
        postback: The `postback` of that action, or of the greeting's start button.
    """

    text: str = field(repr=False)
    postback: str | None = field(default=None, repr=False)


@frozen(kw_only=True)
class LocationReceived:
    """A place. The field names are known from third-party code only.

    Attributes:
        address: The address as text, where given.
        latitude: Degrees north.
        longitude: Degrees east.
    """

    address: str | None = field(default=None, repr=False)
    latitude: float = field(repr=False)
    longitude: float = field(repr=False)


@frozen(kw_only=True)
class StickerReceived:
    """A sticker. The field names are known from third-party code only.

    Attributes:
        package_id: Of the sticker's package.
        sticker_id: Of the sticker.
    """

    package_id: str
    sticker_id: str


@frozen(kw_only=True)
class ImageReceived:
    """An image. The field name is known from third-party code only.

    Attributes:
        file_id: For `works.attachments.download_url(file_id)`.
    """

    file_id: str


@frozen(kw_only=True)
class FileReceived:
    """A file; its name and size are not told. The field name is third-party knowledge.

    Attributes:
        file_id: For `works.attachments.download_url(file_id)`.
    """

    file_id: str


@frozen(kw_only=True)
class AudioReceived:
    """A sound recording. The field name is known from third-party code only.

    Attributes:
        file_id: For `works.attachments.download_url(file_id)`.
    """

    file_id: str


@frozen(kw_only=True)
class VideoReceived:
    """A video. The field name is known from third-party code only.

    Attributes:
        file_id: For `works.attachments.download_url(file_id)`.
    """

    file_id: str


@frozen(kw_only=True)
class UnknownContent:
    """Content of a type, or of a shape, that this package does not know.

    Attributes:
        type: As the service names it.
        raw: All of it.
    """

    type: str
    raw: Mapping[str, Any] = field(repr=False, hash=False)


ReceivedContent: TypeAlias = (
    TextReceived
    | LocationReceived
    | StickerReceived
    | ImageReceived
    | FileReceived
    | AudioReceived
    | VideoReceived
    | UnknownContent
)
