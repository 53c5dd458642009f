"""Hypothesis strategies for every kind of message content, action, quick reply and flex piece.

All of them give valid values up to the documented limits. Texts hold anything a person can type:
controls, emoji clusters, right-to-left marks.

Example:
    >>> from hypothesis import given
    >>> @given(contents())
    ... def test_round_trip(content):
    ...     assert parse(content.to_dict()) == content
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hypothesis import strategies as st

from naverworks_notify import messages as m
from naverworks_notify.messages import flex

__all__ = [
    "actions",
    "audios",
    "boxes",
    "bubbles",
    "button_templates",
    "cards",
    "carousels",
    "colors",
    "contents",
    "files",
    "flex_containers",
    "flexes",
    "image_carousels",
    "images",
    "links",
    "list_templates",
    "localized",
    "locations",
    "quick_replies",
    "stickers",
    "texts",
    "urls",
    "videos",
    "words",
]

_SPACES = ("none", "xs", "sm", "md", "lg", "xl", "xxl")
_SIZES = ("xxs", "xs", "sm", "md", "lg", "xl", "xxl", "3xl", "4xl", "5xl")
_CHARACTERS = st.characters(codec="utf-8")
_LETTERS = st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789-_가나漢字あ")
_FILE_IDS = st.integers(0, 10**18).map(lambda number: f"kr1.{number}.0.1000001.0.0.0")


def words(limit: int, *, least: int = 1) -> st.SearchStrategy[str]:
    """Texts of `least` to `limit` code points, mostly short, sometimes exactly at the limit."""
    short = st.text(_CHARACTERS, min_size=least, max_size=min(limit, 24))
    if limit < least or limit == 0:
        return short
    full = st.sampled_from("가A😀<").map(lambda character: character * limit)
    return short | full


def urls(*, schemes: tuple[str, ...] = ("https",), extension: str = "") -> st.SearchStrategy[str]:
    """Absolute addresses of at most 1000 code points."""
    tails = st.text(_LETTERS, max_size=12)

    def build(scheme: str, tail: str, fill: bool) -> str:  # noqa: FBT001 - drawn, not passed
        url = f"{scheme}://ats.example.com/{tail}"
        room = 1000 - len(url) - len(extension)
        return url + ("x" * room if fill else "x") + extension

    return st.builds(build, st.sampled_from(schemes), tails, st.just(value=False) | st.booleans())


def colors() -> st.SearchStrategy[str]:
    """Colours such as `#03C75A` and `#03C75AFF`."""
    return st.from_regex(r"#([0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})", fullmatch=True)


def localized(values: st.SearchStrategy[str]) -> st.SearchStrategy[tuple[m.Localized, ...] | None]:
    """Language variants of one member, or None."""
    languages = st.lists(st.sampled_from(m.LANGUAGES), max_size=5, unique=True)
    return st.none() | languages.flatmap(
        lambda codes: st.tuples(*[st.builds(m.Localized, st.just(code), values) for code in codes])
    )


def _mentioning(limit: int, member: str, i18n: str) -> st.SearchStrategy[dict[str, Any]]:
    """A text and its variants, which must all mention the same users."""
    users = st.lists(st.sampled_from(["u-1", "mina@example.com", "all"]), max_size=3)

    def build(
        tags: list[str], text: str, variants: tuple[m.Localized, ...] | None
    ) -> dict[str, Any]:
        head = "".join(m.mention(user) for user in tags)
        others = variants and tuple(m.Localized(v.language, head + v.value) for v in variants)
        return {member: head + text, i18n: others}

    plain = words(limit - 100).map(lambda text: text.replace("<m", "<n"))
    return st.builds(build, users, plain, localized(plain))


_OPTIONAL_URL = st.none() | urls()


def actions(position: m.Position = m.Position.BUTTON_TEMPLATE) -> st.SearchStrategy[m.Action]:
    """Actions that may stand in a position."""
    rules = m.POSITIONS[position]
    label = words(rules.label_limit)
    labels: dict[str, st.SearchStrategy[Any]] = {
        "label": label if rules.label_required else st.none() | label,
        "i18n_labels": localized(label),
    }
    text = words(300) if rules.text_required else st.none() | words(300)
    shown = words(300) if rules.display_text_required else st.none() | words(300)
    kinds: dict[str, st.SearchStrategy[m.Action]] = {
        "postback": st.builds(
            m.PostbackAction,
            data=words(300),
            display_text=shown,
            i18n_display_texts=localized(words(300)),
            **labels,
        ),
        "message": st.builds(
            m.MessageAction,
            text=text,
            postback=st.none() | words(1000, least=0),
            i18n_texts=localized(words(300)),
            **labels,
        ),
        "uri": st.builds(m.UriAction, uri=urls(schemes=("https", "http")), **labels),
        "copy": st.builds(m.CopyAction, copy_text=words(1000), **labels),
        "camera": st.builds(m.CameraAction, **labels),
        "cameraRoll": st.builds(m.CameraRollAction, **labels),
        "location": st.builds(m.LocationAction, **labels),
    }
    return st.sampled_from(sorted(rules.types)).flatmap(lambda kind: kinds[kind])


def quick_replies(*, most: int = 3) -> st.SearchStrategy[m.QuickReply]:
    """Quick replies of 1 to `most` buttons (13 are allowed)."""
    image = st.sampled_from(["none", "url", "id"])

    def build(kind: str, url: str, file_id: str, action: m.Action, **more: Any) -> m.QuickReplyItem:
        return m.QuickReplyItem(
            action,
            image_url=url if kind == "url" else None,
            image_resource_id=file_id if kind == "id" else None,
            **more,
        )

    item = st.builds(
        build,
        image,
        urls(),
        _FILE_IDS,
        actions(m.Position.QUICK_REPLY),
        i18n_image_urls=localized(urls()),
        i18n_image_resource_ids=localized(_FILE_IDS),
    )
    return st.builds(m.QuickReply, st.lists(item, min_size=1, max_size=most))


def _replies() -> st.SearchStrategy[m.QuickReply | None]:
    return st.none() | quick_replies(most=2)


def texts() -> st.SearchStrategy[m.Text]:
    """Text contents."""
    return st.builds(
        lambda said, reply: m.Text(**said, quick_reply=reply),
        _mentioning(2000, "text", "i18n_texts"),
        _replies(),
    )


def links() -> st.SearchStrategy[m.Link]:
    """Link contents."""
    return st.builds(
        lambda said, **more: m.Link(**said, **more),
        _mentioning(1000, "content_text", "i18n_content_texts"),
        link_text=words(1000),
        link=urls(schemes=("https", "http")),
        i18n_link_texts=localized(words(1000)),
        quick_reply=_replies(),
    )


def stickers() -> st.SearchStrategy[m.Sticker]:
    """Sticker contents."""
    number = st.integers(1, 99999).map(str)
    return st.builds(m.Sticker, number, number, quick_reply=_replies())


def _previewed(build: Callable[..., Any]) -> st.SearchStrategy[Any]:
    by_url = st.builds(
        build, preview_image_url=urls(), original_content_url=urls(), quick_reply=_replies()
    )
    return by_url | st.builds(build, file_id=_FILE_IDS, quick_reply=_replies())


def images() -> st.SearchStrategy[m.Image]:
    """Image contents, by URL and by file id."""
    return _previewed(m.Image)


def videos() -> st.SearchStrategy[m.Video]:
    """Video contents, by URL and by file id."""
    return _previewed(m.Video)


def files() -> st.SearchStrategy[m.File]:
    """File contents, by URL and by file id."""
    by_url = st.builds(m.File, original_content_url=urls(extension=".pdf"), quick_reply=_replies())
    return by_url | st.builds(m.File, file_id=_FILE_IDS, quick_reply=_replies())


def audios() -> st.SearchStrategy[m.Audio]:
    """Audio contents, by URL and by file id."""
    by_url = st.builds(m.Audio, original_content_url=urls(), quick_reply=_replies())
    return by_url | st.builds(m.Audio, file_id=_FILE_IDS, quick_reply=_replies())


def locations() -> st.SearchStrategy[m.Location]:
    """Location contents."""
    degrees = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-180, 180)
    return st.builds(
        m.Location,
        title=words(100),
        address=words(100),
        latitude=degrees,
        longitude=degrees,
        quick_reply=_replies(),
    )


def button_templates(*, most: int = 3) -> st.SearchStrategy[m.ButtonTemplate]:
    """Button templates of 1 to `most` buttons (10 are allowed)."""
    return st.builds(
        lambda said, buttons, reply: m.ButtonTemplate(
            actions=tuple(buttons), quick_reply=reply, **said
        ),
        _mentioning(1000, "content_text", "i18n_content_texts"),
        st.lists(actions(m.Position.BUTTON_TEMPLATE), min_size=1, max_size=most),
        _replies(),
    )


def _pictured(url_key: str, id_key: str) -> st.SearchStrategy[dict[str, str]]:
    return (
        st.just({})
        | urls().map(lambda url: {url_key: url})
        | _FILE_IDS.map(lambda file_id: {id_key: file_id})
    )


def list_templates() -> st.SearchStrategy[m.ListTemplate]:
    """List templates with covers, rows and buttons."""
    some_words = st.none() | words(1000, least=0)
    cover = st.builds(
        lambda picture, **more: m.ListCover(**picture, **more),
        _pictured("background_image_url", "background_file_id"),
        title=some_words,
        subtitle=some_words,
        i18n_titles=localized(words(1000)),
        i18n_subtitles=localized(words(1000)),
        i18n_background_image_urls=localized(urls()),
        i18n_background_file_ids=localized(_FILE_IDS),
    )
    action = actions(m.Position.LIST_TEMPLATE)
    element = st.builds(
        lambda picture, **more: m.ListElement(**picture, **more),
        _pictured("original_content_url", "file_id"),
        title=words(1000),
        subtitle=some_words,
        action=st.none() | action,
        i18n_titles=localized(words(1000)),
        i18n_subtitles=localized(words(1000)),
        i18n_original_content_urls=localized(urls()),
        i18n_file_ids=localized(_FILE_IDS),
    )
    row = st.lists(action, min_size=1, max_size=2)
    return st.builds(
        m.ListTemplate,
        elements=st.lists(element, min_size=1, max_size=3),
        cover_data=st.none() | cover,
        actions=st.none() | st.lists(row, min_size=1, max_size=2),
        quick_reply=_replies(),
    )


@st.composite
def carousels(draw: st.DrawFn, *, most: int = 3) -> m.Carousel:
    """Carousels of 1 to `most` columns (10 are allowed), alike as the rules demand."""
    pictured = draw(st.booleans())
    titled = draw(st.booleans())
    buttons = draw(st.integers(1, 3))
    columns = []
    for _ in range(draw(st.integers(1, most))):
        picture = (
            draw(_pictured("original_content_url", "file_id").filter(bool)) if pictured else {}
        )
        column = m.CarouselColumn(
            text=draw(words(60 if pictured or titled else 120)),
            title=draw(words(40)) if titled else None,
            actions=draw(
                st.lists(actions(m.Position.CAROUSEL), min_size=buttons, max_size=buttons)
            ),
            default_action=draw(st.none() | actions(m.Position.CAROUSEL_DEFAULT)),
            i18n_original_content_urls=draw(localized(urls())),
            i18n_file_ids=draw(localized(_FILE_IDS)),
            **picture,
        )
        columns.append(column)
    return m.Carousel(
        columns=tuple(columns),
        image_aspect_ratio=draw(st.sampled_from([None, "rectangle", "square"])),
        image_size=draw(st.sampled_from([None, "cover", "contain"])),
        quick_reply=draw(_replies()),
    )


def image_carousels(*, most: int = 3) -> st.SearchStrategy[m.ImageCarousel]:
    """Image carousels of 1 to `most` pictures (10 are allowed)."""
    column = st.builds(
        lambda picture, **more: m.ImageCarouselColumn(**picture, **more),
        _pictured("original_content_url", "file_id").filter(bool),
        action=st.none() | actions(m.Position.IMAGE_CAROUSEL),
        i18n_original_content_urls=localized(urls()),
        i18n_file_ids=localized(_FILE_IDS),
    )
    return st.builds(
        m.ImageCarousel,
        columns=st.lists(column, min_size=1, max_size=most),
        quick_reply=_replies(),
    )


def _maybe(*values: str) -> st.SearchStrategy[str | None]:
    return st.sampled_from([None, *values])


_PIXELS = st.integers(0, 500).map(lambda pixels: f"{pixels}px")
_EXTENTS = _PIXELS | st.integers(0, 100).map(lambda share: f"{share}%") | st.just("1.5px")
_SPACE = st.sampled_from(_SPACES)
_OFFSETS = _SPACE | _EXTENTS
_SHARE = st.integers(0, 10) | st.just(0.5)
_RATIO = st.tuples(st.integers(1, 10_000), st.integers(1, 10_000)).map(
    lambda pair: f"{pair[0]}:{min(pair[1], 3 * pair[0])}"
)
_PLACED: dict[str, st.SearchStrategy[Any]] = {
    "margin": _SPACE,
    "position": st.sampled_from(["relative", "absolute"]),
    "offset_top": _OFFSETS,
    "offset_bottom": _OFFSETS,
    "offset_start": _OFFSETS,
    "offset_end": _OFFSETS,
}
_FLEX_ACTION = st.builds(m.UriAction, label=words(20), uri=st.just("https://ats.example.com/a"))
_SHORT = words(24)


_LETTERING: dict[str, st.SearchStrategy[Any]] = {
    "size": st.sampled_from(_SIZES),
    "weight": st.sampled_from(["regular", "bold"]),
    "color": colors(),
    "style": st.sampled_from(["normal", "italic"]),
    "decoration": st.sampled_from(["none", "underline", "line-through"]),
}
_GRAVITY = st.sampled_from(["top", "center", "bottom"])
_ALIGN = st.sampled_from(["start", "center", "end"])


def _some(
    members: Mapping[str, st.SearchStrategy[Any]], *, most: int = 4
) -> st.SearchStrategy[dict[str, Any]]:
    """Values for a few of the optional members: all of them each time would be slow to draw."""
    names = st.lists(st.sampled_from(sorted(members)), max_size=most, unique=True)
    return names.flatmap(
        lambda chosen: st.fixed_dictionaries({name: members[name] for name in chosen})
    )


def _built(
    build: Callable[..., Any],
    needed: Mapping[str, st.SearchStrategy[Any]],
    optional: Mapping[str, st.SearchStrategy[Any]],
) -> st.SearchStrategy[Any]:
    return st.builds(
        lambda must, may: build(**must, **may), st.fixed_dictionaries(needed), _some(optional)
    )


def _flex_texts() -> st.SearchStrategy[flex.Text]:
    span = _built(flex.Span, {"text": _SHORT}, _LETTERING)
    look = {
        "align": _ALIGN,
        "gravity": _GRAVITY,
        "flex": _SHARE,
        "action": _FLEX_ACTION,
        **_LETTERING,
        **_PLACED,
    }
    wraps = st.sampled_from([{}, {"wrap": False}, {"wrap": True}]) | st.integers(0, 9).map(
        lambda lines: {"wrap": True, "max_lines": lines}
    )
    spans = st.lists(span, min_size=1, max_size=2)
    said = st.fixed_dictionaries({"text": _SHORT}) | st.fixed_dictionaries(
        {"contents": spans}, optional={"text": _SHORT}
    )
    return st.builds(lambda *parts: flex.Text(**_joined(parts)), said, wraps, _some(look))


def _joined(parts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {name: value for part in parts for name, value in part.items()}


def _flex_images() -> st.SearchStrategy[flex.Image]:
    return _built(
        flex.Image,
        {"url": st.just("https://ats.example.com/a.png")},
        {
            "size": st.sampled_from([*_SIZES, "full"]),
            "aspect_ratio": _RATIO,
            "aspect_mode": st.sampled_from(["cover", "fit"]),
            "align": _ALIGN,
            "gravity": _GRAVITY,
            "flex": _SHARE,
            "action": _FLEX_ACTION,
            **_PLACED,
        },
    )


def _leaves() -> st.SearchStrategy[flex.Component]:
    button = _built(
        flex.Button,
        {"action": _FLEX_ACTION},
        {
            "height": st.sampled_from(["sm", "md"]),
            "style": st.sampled_from(["primary", "secondary", "link"]),
            "color": colors(),
            "gravity": _GRAVITY,
            "flex": _SHARE,
            **_PLACED,
        },
    )
    separator = _built(flex.Separator, {}, {"margin": _SPACE, "color": colors()})
    filler = _built(flex.Filler, {}, {"flex": _SHARE})
    return _flex_texts() | button | _flex_images() | separator | filler


_LOOKS: dict[str, st.SearchStrategy[Any]] = {
    "background_color": colors(),
    "border_color": colors(),
    "border_width": st.sampled_from(
        ["none", "light", "normal", "medium", "semi-bold", "bold", "2px"]
    ),
    "corner_radius": st.sampled_from([*_SPACES, "7px"]),
    "width": _EXTENTS,
    "height": _EXTENTS,
    "spacing": _SPACE,
    "padding_all": _OFFSETS,
    "padding_top": _OFFSETS,
    "padding_bottom": _OFFSETS,
    "padding_start": _OFFSETS,
    "padding_end": _OFFSETS,
    "separator": st.booleans(),
    "align_items": st.sampled_from(["flex-start", "center", "flex-end"]),
    "flex": _SHARE,
    "action": _FLEX_ACTION,
    **_PLACED,
}


def boxes(*, depth: int = 2) -> st.SearchStrategy[flex.Box]:
    """Boxes of any layout, nested up to `depth` deep."""
    icon = _built(
        flex.Icon,
        {"url": st.just("https://ats.example.com/star.png")},
        {"size": st.sampled_from(_SIZES), "aspect_ratio": _RATIO, **_PLACED},
    )
    line = st.lists(icon | _flex_texts() | st.builds(flex.Filler), min_size=1, max_size=2)
    baseline = _built(flex.Box, {"layout": st.just("baseline"), "contents": line}, _LOOKS)
    inner = _leaves() | baseline if depth <= 1 else _leaves() | baseline | boxes(depth=depth - 1)
    return _built(
        flex.Box,
        {
            "layout": st.sampled_from(["horizontal", "vertical"]),
            "contents": st.lists(inner, min_size=1, max_size=3),
        },
        _LOOKS,
    )


@st.composite
def bubbles(draw: st.DrawFn, *, size: str | None = None) -> flex.Bubble:
    """Bubbles, with any of their blocks."""
    block = st.none() | boxes(depth=1)
    blocks: dict[str, Any] = {
        "header": draw(block),
        "hero": draw(block | _flex_images()),
        "body": draw(st.none() | boxes()),
        "footer": draw(block),
    }
    first = next((name for name, box in blocks.items() if box is not None), None)
    looks = {
        name: draw(
            st.none()
            | st.builds(
                flex.BlockStyle,
                background_color=st.none() | colors(),
                separator=st.sampled_from([None, False] if name == first else [None, False, True]),
                separator_color=st.none() | colors(),
            )
        )
        for name in blocks
    }
    return flex.Bubble(
        size_name=size,
        direction=draw(_maybe("ltr", "rtl")),
        styles=draw(st.none() | st.just(flex.BubbleStyles(**looks))),
        action=draw(st.none() | _FLEX_ACTION),
        **blocks,
    )


@st.composite
def flex_containers(draw: st.DrawFn) -> flex.Bubble | flex.Carousel:
    """Bubbles and carousels of bubbles."""
    size = draw(_maybe("nano", "micro", "kilo", "mega", "giga"))
    bubble = draw(bubbles(size=size))
    if draw(st.booleans()):
        return flex.Carousel((bubble, draw(bubbles(size=size))))
    return bubble


def flexes() -> st.SearchStrategy[m.Flex]:
    """Flex contents: bubbles and carousels of bubbles."""
    return st.builds(
        m.Flex,
        words(400),
        flex_containers(),
        i18n_alt_texts=localized(words(400)),
        quick_reply=_replies(),
    )


def cards() -> st.SearchStrategy[m.Card]:
    """Cards of any length, from one line to far more than can be shown."""
    long = words(24) | st.text(_CHARACTERS, min_size=1, max_size=40).map(lambda text: text * 60)
    row = st.builds(m.Row, long, long) | st.builds(m.Change, long, long, long)
    button = st.builds(m.LinkButton, long, urls(schemes=("https", "http")))
    return st.builds(
        m.Card,
        title=long,
        eyebrow=st.none() | long,
        subtitle=st.none() | long,
        rows=st.lists(row, max_size=16),
        note=st.none() | long,
        buttons=st.lists(button, max_size=5),
        accent=colors(),
        alt=st.none() | long,
    )


def contents() -> st.SearchStrategy[m.Content]:
    """Contents of all 13 types."""
    return st.one_of(
        texts(),
        stickers(),
        images(),
        files(),
        links(),
        audios(),
        videos(),
        locations(),
        button_templates(),
        list_templates(),
        carousels(),
        image_carousels(),
        flexes(),
    )
