"""Callbacks: what the service tells the bot. Values and checks only; the web server is yours."""

from naverworks_notify.webhooks._contents import (
    AudioReceived,
    FileReceived,
    ImageReceived,
    LocationReceived,
    ReceivedContent,
    StickerReceived,
    TextReceived,
    UnknownContent,
    VideoReceived,
)
from naverworks_notify.webhooks._events import (
    BeginEvent,
    EndEvent,
    Event,
    JoinedEvent,
    JoinEvent,
    LeaveEvent,
    LeftEvent,
    MessageEvent,
    PostbackEvent,
    UnknownEvent,
    origin_of,
)
from naverworks_notify.webhooks._parse import parse
from naverworks_notify.webhooks._receive import receive
from naverworks_notify.webhooks._signature import verify

__all__ = [
    "AudioReceived",
    "BeginEvent",
    "EndEvent",
    "Event",
    "FileReceived",
    "ImageReceived",
    "JoinEvent",
    "JoinedEvent",
    "LeaveEvent",
    "LeftEvent",
    "LocationReceived",
    "MessageEvent",
    "PostbackEvent",
    "ReceivedContent",
    "StickerReceived",
    "TextReceived",
    "UnknownContent",
    "UnknownEvent",
    "VideoReceived",
    "origin_of",
    "parse",
    "receive",
    "verify",
]
