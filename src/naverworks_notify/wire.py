"""HTTP as plain values, so that deciding about requests needs no HTTP library."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

__all__ = ["Request", "Response"]


@frozen(kw_only=True)
class Request:
    """One HTTP request to be sent.

    Attributes:
        method: Upper-case HTTP method.
        url: Absolute URL, every path segment encoded; never shown in the repr, it may hold an
            e-mail address.
        headers: Header fields; never shown in the repr, they carry tokens.
        content: The body, or None.
    """

    method: str
    url: str = field(repr=False)
    headers: Mapping[str, str] = field(factory=dict, repr=False)
    content: bytes | None = field(default=None, repr=False)


@frozen(kw_only=True)
class Response:
    """One HTTP response that arrived whole.

    Attributes:
        status: HTTP status.
        headers: Header fields under lower-case names.
        content: The body, possibly empty.
    """

    status: int
    headers: Mapping[str, str] = field(factory=dict, repr=False)
    content: bytes = field(default=b"", repr=False)
