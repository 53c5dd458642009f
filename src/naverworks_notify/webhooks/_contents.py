"""What a user sent to the bot, by type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, TypeAlias

from attrs import field, frozen

from naverworks_notify.schema import Answer, Findings, Kind, Verbatim, kind_name, member

__all__ = [
    "AudioReceived",
    "FileReceived",
    "ImageReceived",
    "LocationReceived",
    "Received",
    "ReceivedContent",
    "StickerReceived",
    "TextReceived",
    "UnknownContent",
    "VideoReceived",
]


@frozen(kw_only=True)
class TextReceived(Answer):
    """A text (https://developers.worksmobile.com/kr/docs/bot-callback-message).

    Attributes:
        text: What was written, or the text of the message action that was tapped.
        postback: The `postback` of that action, or of the greeting's start button.
    """

    _forgives: ClassVar[bool] = True

    text: str = field(repr=False, metadata=member(kind=Verbatim()))
    postback: str | None = field(default=None, repr=False)


@frozen(kw_only=True)
class LocationReceived(Answer):
    """A place. The field names are known from third-party code only.

    Attributes:
        address: The address as text, where given.
        latitude: Degrees north.
        longitude: Degrees east.
    """

    _forgives: ClassVar[bool] = True

    address: str | None = field(default=None, repr=False)
    latitude: float = field(repr=False)
    longitude: float = field(repr=False)


@frozen(kw_only=True)
class StickerReceived(Answer):
    """A sticker. The field names are known from third-party code only.

    Attributes:
        package_id: Of the sticker's package.
        sticker_id: Of the sticker.
    """

    package_id: str
    sticker_id: str


@frozen(kw_only=True)
class ImageReceived(Answer):
    """An image. The field name is known from third-party code only.

    Attributes:
        file_id: For `works.attachments.download_url(file_id)`.
    """

    file_id: str


@frozen(kw_only=True)
class FileReceived(Answer):
    """A file; its name and size are not told. The field name is third-party knowledge.

    Attributes:
        file_id: For `works.attachments.download_url(file_id)`.
    """

    file_id: str


@frozen(kw_only=True)
class AudioReceived(Answer):
    """A sound recording. The field name is known from third-party code only.

    Attributes:
        file_id: For `works.attachments.download_url(file_id)`.
    """

    file_id: str


@frozen(kw_only=True)
class VideoReceived(Answer):
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


class Received(Kind):
    """What was sent: content of a known type, or all of it where it is of another."""

    __slots__ = ()

    def read(self, raw: Any, path: str, out: Findings) -> Any:
        if not isinstance(raw, Mapping):
            out.add(path, "type", f"must be an object, not {kind_name(raw)}.")
            return None
        kind = raw.get("type")
        if not isinstance(kind, str):
            out.add(f"{path}.type", "required", "is required.")
            return None
        if kind == "text":
            return TextReceived.read(raw, path, out)
        # The fields of the others are third-party knowledge; they may be otherwise.
        cls = _BY_TYPE.get(kind)
        content = None if cls is None else cls.read(raw, path, Findings())
        return UnknownContent(type=kind, raw=raw) if content is None else content


_BY_TYPE: Mapping[str, type[Answer]] = {
    "audio": AudioReceived,
    "file": FileReceived,
    "image": ImageReceived,
    "location": LocationReceived,
    "sticker": StickerReceived,
    "video": VideoReceived,
}
