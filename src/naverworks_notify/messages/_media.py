"""Contents that carry a file: by HTTPS URL, or by the id of an uploaded file."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from naverworks_notify.messages._content import Content
from naverworks_notify.schema import Findings, Text, Url, at_most_one, wire
from naverworks_notify.validation import join_path

__all__ = ["Audio", "File", "Image", "Sticker", "Video"]


@frozen(slots=False, eq=False, repr=False)
class Sticker(Content):
    """A sticker of the service's sticker list.

    Source: https://developers.worksmobile.com/kr/docs/bot-send-sticker

    Attributes:
        package_id: The package's id, a string of digits.
        sticker_id: The sticker's id, a string of digits.
    """

    type: ClassVar[str] = "sticker"
    package_id: str = field(metadata=wire(Text(), required=True))
    sticker_id: str = field(metadata=wire(Text(), required=True))


@frozen(slots=False, eq=False, repr=False, init=False, kw_only=True)
class _Previewed(Content):
    """Image and video: a file id, or both a preview and the original by URL."""

    preview_image_url: str | None = field(default=None, metadata=wire(Url()))
    original_content_url: str | None = field(default=None, metadata=wire(Url()))
    file_id: str | None = field(default=None, metadata=wire(Text()))

    def _check_rules(self, path: str, out: Findings) -> None:
        preview, original = self.preview_image_url, self.original_content_url
        if self.file_id is not None:
            if preview is not None or original is not None:
                out.add(
                    join_path(path, "fileId"),
                    "exclusive",
                    "must not be given with previewImageUrl or originalContentUrl.",
                )
        elif preview is None and original is None:
            out.add(
                join_path(path, "fileId"),
                "required",
                "is required, or previewImageUrl and originalContentUrl are.",
            )
        elif preview is None:
            out.add(
                join_path(path, "previewImageUrl"),
                "required",
                "is required with originalContentUrl.",
            )
        elif original is None:
            out.add(
                join_path(path, "originalContentUrl"),
                "required",
                "is required with previewImageUrl.",
            )


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class Image(_Previewed):
    """A picture.

    Source: https://developers.worksmobile.com/kr/docs/bot-send-image

    Attributes:
        preview_image_url: The preview: HTTPS, PNG, at most 1000 characters.
        original_content_url: The picture: HTTPS, at most 1000 characters.
        file_id: The id of an uploaded file, in place of both URLs.
    """

    type: ClassVar[str] = "image"


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class Video(_Previewed):
    """A video, for example MP4.

    Source: https://developers.worksmobile.com/kr/docs/bot-send-video

    Attributes:
        preview_image_url: The preview: HTTPS, PNG, at most 1000 characters.
        original_content_url: The video: HTTPS, at most 1000 characters.
        file_id: The id of an uploaded file, in place of both URLs.
    """

    type: ClassVar[str] = "video"


@frozen(slots=False, eq=False, repr=False, init=False, kw_only=True)
class _UrlOrFile(Content):
    """File and audio: exactly one of a URL and a file id."""

    file_id: str | None = field(default=None, metadata=wire(Text()))

    def _check_source(self, url: object, path: str, out: Findings) -> None:
        if url is None and self.file_id is None:
            out.add(join_path(path, "originalContentUrl"), "required", "or fileId is required.")
        at_most_one(("originalContentUrl", url), ("fileId", self.file_id), path, out)


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class File(_UrlOrFile):
    """A file to download.

    Source: https://developers.worksmobile.com/kr/docs/bot-send-file

    Attributes:
        original_content_url: HTTPS, at most 1000 characters, ending in the file's extension.
        file_id: The id of an uploaded file, in place of the URL. By default the service blocks
            bat, cmd, com, cpl, exe, scr, js, vbs, wsf and hta.
    """

    type: ClassVar[str] = "file"
    original_content_url: str | None = field(default=None, metadata=wire(Url(extension=True)))

    def _check_rules(self, path: str, out: Findings) -> None:
        self._check_source(self.original_content_url, path, out)


@frozen(slots=False, eq=False, repr=False, kw_only=True)
class Audio(_UrlOrFile):
    """A sound, for example MP3.

    Source: https://developers.worksmobile.com/kr/docs/bot-send-audio

    Attributes:
        original_content_url: HTTPS, at most 1000 characters.
        file_id: The id of an uploaded file (at most 1 MB), in place of the URL.
    """

    type: ClassVar[str] = "audio"
    original_content_url: str | None = field(default=None, metadata=wire(Url()))

    def _check_rules(self, path: str, out: Findings) -> None:
        self._check_source(self.original_content_url, path, out)
