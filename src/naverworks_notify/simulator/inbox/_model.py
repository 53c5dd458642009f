"""What the inbox shows, as values; made from the simulator's state without any HTML."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from attrs import frozen

from naverworks_notify.simulator.service import SentMessage, SimulatedUser
from naverworks_notify.zones import zone_of

__all__ = [
    "Bubble",
    "Conversation",
    "Day",
    "Inbox",
    "Room",
    "Row",
    "build_inbox",
    "summary_of",
]

SEOUL = "Asia/Seoul"
WEEKDAYS = "월화수목금토일"
HUES = 8
LONGEST_SUMMARY = 80
EVERYONE = {"all": "All"}

# https://developers.worksmobile.com/kr/docs/bot-mention
_MENTION = re.compile(r'<m userId="([^"]*)">')


@frozen(kw_only=True)
class Room:
    """A room of several people with the bot."""

    channel_id: str
    title: str
    members: int


@frozen(kw_only=True)
class Row:
    """One line of the list on the left.

    Attributes:
        key: User or channel ID; stands in the page's address.
        name: Shown in bold.
        title: Shown beside the name.
        initials: Shown where there is no picture.
        hue: Colour of the initials' background, 0 to 7, always the same for a person.
        photo_url: A picture, or None.
        is_room: Whether it is a room instead of a person.
        summary: The last message in one line; empty when there is none.
        time: When it came, as short as possible.
        moment: The same for machines.
        unread: How many messages were not looked at yet.
        selected: Whether it is shown on the right.
    """

    key: str
    name: str
    title: str
    initials: str
    hue: int
    photo_url: str | None
    is_room: bool
    summary: str
    time: str
    moment: str
    unread: int
    selected: bool


@frozen(kw_only=True)
class Bubble:
    """One message of the conversation.

    Attributes:
        number: Its number on the simulator.
        content: What was sent.
        sent_at: When, in the time of Seoul.
        starts_group: Whether the sender is named above it.
    """

    number: int
    content: Mapping[str, Any]
    sent_at: datetime
    starts_group: bool


@frozen(kw_only=True)
class Day:
    """The messages of one day, by the calendar of Seoul."""

    label: str
    bubbles: tuple[Bubble, ...]


@frozen(kw_only=True)
class Conversation:
    """The right side: one person or room with all its messages."""

    row: Row
    subtitle: str
    days: tuple[Day, ...]
    last_number: int


@frozen(kw_only=True)
class Inbox:
    """The whole page."""

    bot_name: str
    bot_initials: str
    rows: tuple[Row, ...]
    conversation: Conversation | None
    total: int
    version: str


def build_inbox(
    *,
    bot_name: str,
    users: Iterable[SimulatedUser],
    rooms: Iterable[Room],
    sent: Sequence[SentMessage],
    read: Mapping[str, int],
    selected: str | None,
    now: datetime,
) -> Inbox:
    """Return the page: those with the newest messages first, then the others by name.

    Args:
        bot_name: Who the messages come from.
        users: The members.
        rooms: The rooms.
        sent: Every accepted message, oldest first.
        read: The last message looked at, by user or channel ID.
        selected: Whose messages to show; the first row's when not given.
        now: Tells today from earlier days.
    """
    messages: dict[str, list[SentMessage]] = {}
    for message in sent:
        messages.setdefault(message.user_id or message.channel_id or "", []).append(message)
    users = tuple(users)
    names = {address: user.display_name for user in users for address in user.addresses}
    names |= {user.user_id: user.display_name for user in users} | EVERYONE
    people = [
        (user.user_id, user.display_name, user.title, user.photo_url, False, user.email)
        for user in users
    ]
    people += [
        (room.channel_id, room.title, f"{room.members}명", None, True, f"참여자 {room.members}명")
        for room in rooms
    ]
    people.sort(key=lambda item: (-_last_number(messages.get(item[0], ())), item[1]))
    if selected is None and people:
        selected = people[0][0]
    rows = []
    conversation = None
    for key, name, title, photo_url, is_room, subtitle in people:
        own = messages.get(key, [])
        row = Row(
            key=key,
            name=name,
            title=title,
            initials=_initials_of(name),
            hue=zlib.crc32(key.encode()) % HUES,
            photo_url=photo_url,
            is_room=is_room,
            summary=summary_of(own[-1].content, names) if own else "",
            time=_short_time(own[-1].at, now) if own else "",
            moment=own[-1].at.isoformat() if own else "",
            unread=0
            if key == selected
            else sum(message.number > read.get(key, 0) for message in own),
            selected=key == selected,
        )
        rows.append(row)
        if row.selected:
            conversation = Conversation(
                row=row,
                subtitle=subtitle,
                days=_days_of(own, now),
                last_number=_last_number(own),
            )
    return Inbox(
        bot_name=bot_name,
        bot_initials=_initials_of(bot_name),
        rows=tuple(rows),
        conversation=conversation,
        total=len(sent),
        version=f"{_last_number(sent)}.{len(sent)}.{len(rows)}.{sum(read.values())}",
    )


def summary_of(content: Mapping[str, Any], names: Mapping[str, str] | None = None) -> str:
    """Return a message in one line, as a room list shows it.

    Args:
        content: The message.
        names: Names of people by ID and e-mail address, for mentions.
    """
    found = _SUMMARIES.get(str(content.get("type")), "")
    text = found if isinstance(found, str) else next((_at(content, path) for path in found), "")
    known = names or {}
    text = _MENTION.sub(lambda found: f"@{known.get(found[1], found[1])} ", text)
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SUMMARY else f"{line[: LONGEST_SUMMARY - 1]}…"


# A plain string is shown as it is; a tuple names where in the content the text stands.
_SUMMARIES: Mapping[str, str | tuple[tuple[str | int, ...], ...]] = {
    "text": (("text",),),
    "flex": (("altText",),),
    "button_template": (("contentText",),),
    "link": (("contentText",),),
    "list_template": (("elements", 0, "title"),),
    "carousel": (("columns", 0, "text"),),
    "image_carousel": "사진 모음",
    "image": "사진",
    "sticker": "스티커",
    "file": "파일",
    "audio": "음성 메시지",
    "video": "동영상",
    "location": (("title",),),
}


def _at(content: Any, path: tuple[str | int, ...]) -> str:
    for step in path:
        try:
            content = content[step]
        except (KeyError, IndexError, TypeError):
            return ""
    return content if isinstance(content, str) else ""


def _last_number(messages: Sequence[SentMessage]) -> int:
    return messages[-1].number if messages else 0


def _initials_of(name: str) -> str:
    words = name.split()
    if not words:
        return "?"
    if words[0].isascii():
        return "".join(word[0] for word in words[:2]).upper()
    # Korean colleagues know each other by the given name: its last two syllables.
    return name[-2:] if len(words) == 1 else words[0][:2]


def _days_of(messages: Sequence[SentMessage], now: datetime) -> tuple[Day, ...]:
    days: dict[date, list[Bubble]] = {}
    previous: datetime | None = None
    for message in messages:
        local = message.at.astimezone(zone_of(SEOUL))
        bubbles = days.setdefault(local.date(), [])
        new_minute = previous is None or previous.replace(second=0, microsecond=0) != local.replace(
            second=0, microsecond=0
        )
        bubbles.append(
            Bubble(
                number=message.number,
                content=message.content,
                sent_at=local,
                starts_group=not bubbles or new_minute,
            )
        )
        previous = local
    today = now.astimezone(zone_of(SEOUL)).date()
    return tuple(
        Day(label=_day_label(day, today), bubbles=tuple(bubbles)) for day, bubbles in days.items()
    )


def _clock_of(moment: datetime) -> str:
    half = "오전" if moment.hour < 12 else "오후"  # noqa: PLR2004 - noon
    return f"{half} {moment.hour % 12 or 12}:{moment.minute:02}"


def _day_label(day: date, today: date) -> str:
    label = f"{day.month}월 {day.day}일 {WEEKDAYS[day.weekday()]}요일"
    return label if day.year == today.year else f"{day.year}년 {label}"


def _short_time(moment: datetime, now: datetime) -> str:
    local, today = moment.astimezone(zone_of(SEOUL)), now.astimezone(zone_of(SEOUL)).date()
    if local.date() == today:
        return _clock_of(local)
    if (today - local.date()).days == 1:
        return "어제"
    if local.year == today.year:
        return f"{local.month}월 {local.day}일"
    return f"{local.year}. {local.month}. {local.day}."
