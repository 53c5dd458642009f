"""Every limit, at the limit and one beyond, for every member that has one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from naverworks_notify import InvalidMessage, bots, messages
from naverworks_notify.messages import flex

URL = "https://ats.example.com/"
HTTPS = "https://ats.example.com/a.png"
URI = {"type": "uri", "label": "보기", "uri": "https://ats.example.com/"}
SAID = {"type": "message", "label": "네", "text": "네"}

BASES: dict[str, dict[str, Any]] = {
    "text": {"type": "text", "text": "안내"},
    "sticker": {"type": "sticker", "packageId": "1", "stickerId": "2"},
    "image": {"type": "image", "previewImageUrl": HTTPS, "originalContentUrl": HTTPS},
    "video": {"type": "video", "previewImageUrl": HTTPS, "originalContentUrl": HTTPS},
    "file": {"type": "file", "originalContentUrl": f"{URL}a.pdf"},
    "audio": {"type": "audio", "originalContentUrl": f"{URL}a.mp3"},
    "link": {"type": "link", "contentText": "안내", "linkText": "열기", "link": URL},
    "location": {
        "type": "location",
        "title": "본사",
        "address": "서울",
        "latitude": 37.5,
        "longitude": 127,
    },
    "button_template": {"type": "button_template", "contentText": "안내", "actions": [URI]},
    "list_template": {
        "type": "list_template",
        "coverData": {"title": "표지", "backgroundImageUrl": HTTPS},
        "elements": [{"title": "면접", "action": URI, "originalContentUrl": HTTPS}],
        "actions": [[URI, URI], [URI]],
    },
    "carousel": {
        "type": "carousel",
        "columns": [{"text": "지원자", "actions": [SAID], "defaultAction": URI}] * 2,
    },
    "pictured": {
        "type": "carousel",
        "columns": [
            {"text": "가", "title": "제목", "originalContentUrl": HTTPS, "actions": [SAID]},
            {"text": "나", "title": "제목", "fileId": "f", "actions": [SAID]},
        ],
    },
    "image_carousel": {
        "type": "image_carousel",
        "columns": [{"originalContentUrl": HTTPS, "action": URI}, {"fileId": "f"}],
    },
    "quick": {
        "type": "text",
        "text": "선택",
        "quickReply": {"items": [{"action": SAID, "imageUrl": HTTPS}]},
    },
    "postback": {
        "type": "text",
        "text": "선택",
        "quickReply": {
            "items": [
                {"action": {"type": "postback", "label": "네", "data": "d", "displayText": "네"}}
            ]
        },
    },
    "copy": {
        "type": "button_template",
        "contentText": "안내",
        "actions": [{"type": "copy", "label": "복사", "copyText": "서울"}],
    },
    "flex": {
        "type": "flex",
        "altText": "안내",
        "contents": {
            "type": "bubble",
            "size": "mega",
            "direction": "ltr",
            "hero": {"type": "image", "url": HTTPS, "aspectRatio": "20:13"},
            "body": {
                "type": "box",
                "layout": "vertical",
                "contents": [
                    {"type": "text", "text": "면접", "size": "md", "wrap": True, "maxLines": 2},
                    {"type": "text", "contents": [{"type": "span", "text": "가"}]},
                    {"type": "button", "action": URI},
                    {"type": "separator", "margin": "md", "color": "#DDDDDD"},
                    {"type": "filler", "flex": 1},
                    {
                        "type": "box",
                        "layout": "baseline",
                        "contents": [
                            {"type": "icon", "url": HTTPS, "size": "sm"},
                            {"type": "text", "text": "4.5"},
                        ],
                    },
                ],
            },
            "styles": {"body": {"separator": True, "separatorColor": "#EEEEEE"}},
        },
    },
}
BODY = "contents.body"

# base, path, the longest value that is taken, the rule that one more breaks
LENGTHS = [
    ("text", "text", 2000),
    ("link", "contentText", 1000),
    ("link", "linkText", 1000),
    ("location", "title", 100),
    ("location", "address", 100),
    ("button_template", "contentText", 1000),
    ("button_template", "actions[0].label", 20),
    ("list_template", "coverData.title", 1000),
    ("list_template", "coverData.subtitle", 1000),
    ("list_template", "elements[0].title", 1000),
    ("list_template", "elements[0].subtitle", 1000),
    ("list_template", "elements[0].action.label", 20),
    ("list_template", "actions[1][0].label", 20),
    ("carousel", "columns[1].text", 120),
    ("carousel", "columns[1].actions[0].label", 20),
    ("carousel", "columns[0].actions[0].text", 300),
    ("carousel", "columns[0].actions[0].postback", 1000),
    ("carousel", "columns[0].defaultAction.label", 20),
    ("pictured", "columns[1].text", 60),
    ("pictured", "columns[1].title", 40),
    ("image_carousel", "columns[0].action.label", 12),
    ("quick", "quickReply.items[0].action.label", 20),
    ("quick", "quickReply.items[0].action.text", 300),
    ("postback", "quickReply.items[0].action.data", 300),
    ("postback", "quickReply.items[0].action.displayText", 300),
    ("copy", "actions[0].copyText", 1000),
    ("flex", "altText", 400),
    ("flex", f"{BODY}.contents[2].action.label", 20),
]
I18N_LENGTHS = [
    ("text", "i18nTexts", "text", 2000),
    ("link", "i18nContentTexts", "contentText", 1000),
    ("link", "i18nLinkTexts", "linkText", 1000),
    ("button_template", "i18nContentTexts", "contentText", 1000),
    ("button_template", "actions[0].i18nLabels", "label", 20),
    ("list_template", "coverData.i18nTitles", "title", 1000),
    ("list_template", "coverData.i18nSubtitles", "subtitle", 1000),
    ("list_template", "elements[0].i18nTitles", "title", 1000),
    ("list_template", "elements[0].i18nSubtitles", "subtitle", 1000),
    ("carousel", "columns[0].actions[0].i18nTexts", "text", 300),
    ("image_carousel", "columns[0].action.i18nLabels", "label", 12),
    ("postback", "quickReply.items[0].action.i18nDisplayTexts", "displayText", 300),
    ("flex", "i18nAltTexts", "altText", 400),
]
URLS = [
    ("image", "previewImageUrl"),
    ("image", "originalContentUrl"),
    ("video", "previewImageUrl"),
    ("video", "originalContentUrl"),
    ("file", "originalContentUrl"),
    ("audio", "originalContentUrl"),
    ("list_template", "coverData.backgroundImageUrl"),
    ("list_template", "elements[0].originalContentUrl"),
    ("pictured", "columns[0].originalContentUrl"),
    ("image_carousel", "columns[0].originalContentUrl"),
    ("quick", "quickReply.items[0].imageUrl"),
    ("flex", "contents.hero.url"),
    ("flex", f"{BODY}.contents[5].contents[0].url"),
]
LINKS = [("link", "link"), ("button_template", "actions[0].uri")]
I18N_URLS = [
    ("list_template", "coverData.i18nBackgroundImageUrls", "backgroundImageUrl"),
    ("list_template", "elements[0].i18nOriginalContentUrls", "originalContentUrl"),
    ("pictured", "columns[0].i18nOriginalContentUrls", "originalContentUrl"),
    ("image_carousel", "columns[0].i18nOriginalContentUrls", "originalContentUrl"),
    ("quick", "quickReply.items[0].i18nImageUrl", "thumbnailImageUrl"),
]
I18N_IDS = [
    ("list_template", "coverData.i18nBackgroundFileIds", "backgroundFileId"),
    ("list_template", "elements[0].i18nFileIds", "fileId"),
    ("pictured", "columns[0].i18nFileIds", "fileId"),
    ("image_carousel", "columns[0].i18nFileIds", "fileId"),
    ("quick", "quickReply.items[0].i18nImageResourceIds", "imageResourceId"),
]
COUNTS = [
    ("button_template", "actions", 1, 10),
    ("list_template", "elements", 1, 4),
    ("list_template", "actions", 0, 2),
    ("list_template", "actions[1]", 1, 2),
    ("carousel", "columns", 1, 10),
    ("carousel", "columns[0].actions", 1, 3),
    ("image_carousel", "columns", 1, 10),
    ("quick", "quickReply.items", 1, 13),
    ("flex", f"{BODY}.contents", 1, None),
]
REQUIRED = [
    ("text", "text"),
    ("text", "type"),
    ("sticker", "packageId"),
    ("sticker", "stickerId"),
    ("link", "contentText"),
    ("link", "linkText"),
    ("link", "link"),
    ("location", "title"),
    ("location", "address"),
    ("location", "latitude"),
    ("location", "longitude"),
    ("button_template", "contentText"),
    ("button_template", "actions"),
    ("button_template", "actions[0].type"),
    ("button_template", "actions[0].label"),
    ("button_template", "actions[0].uri"),
    ("list_template", "elements"),
    ("list_template", "elements[0].title"),
    ("list_template", "elements[0].action.label"),
    ("carousel", "columns"),
    ("carousel", "columns[0].text"),
    ("pictured", "columns[1].actions"),
    ("carousel", "columns[0].actions[0].label"),
    ("carousel", "columns[0].actions[0].text"),
    ("image_carousel", "columns"),
    ("image_carousel", "columns[0].action.label"),
    ("quick", "quickReply.items"),
    ("quick", "quickReply.items[0].action"),
    ("quick", "quickReply.items[0].action.label"),
    ("quick", "quickReply.items[0].action.text"),
    ("postback", "quickReply.items[0].action.data"),
    ("postback", "quickReply.items[0].action.displayText"),
    ("copy", "actions[0].copyText"),
    ("flex", "altText"),
    ("flex", "contents"),
    ("flex", "contents.type"),
    ("flex", "contents.hero.url"),
    ("flex", f"{BODY}.layout"),
    ("flex", f"{BODY}.contents"),
    ("flex", f"{BODY}.contents[0].text"),
    ("flex", f"{BODY}.contents[1].contents[0].text"),
    ("flex", f"{BODY}.contents[2].action"),
    ("flex", f"{BODY}.contents[2].action.label"),
    ("flex", f"{BODY}.contents[5].contents[0].url"),
]
SPACES = ["none", "xs", "sm", "md", "lg", "xl", "xxl"]
SIZES = ["xxs", "xs", "sm", "md", "lg", "xl", "xxl", "3xl", "4xl", "5xl"]
TEXT = f"{BODY}.contents[0]"
CHOICES = [
    ("carousel", "imageAspectRatio", ["rectangle", "square"], ["cover", "", "Square"]),
    ("carousel", "imageSize", ["cover", "contain"], ["square", "fit"]),
    ("flex", "contents.size", ["nano", "micro", "kilo", "mega", "giga"], ["deca", "MEGA", "", 1]),
    ("flex", "contents.direction", ["ltr", "rtl"], ["up"]),
    ("flex", f"{BODY}.spacing", SPACES, ["8px", "5xl", ""]),
    ("flex", f"{TEXT}.margin", SPACES, ["8px", "xxs"]),
    ("flex", f"{TEXT}.size", SIZES, ["full", "14px", "6xl"]),
    ("flex", f"{TEXT}.align", ["start", "center", "end"], ["left"]),
    ("flex", f"{TEXT}.gravity", ["top", "center", "bottom"], ["middle"]),
    ("flex", f"{TEXT}.weight", ["regular", "bold"], ["normal", 700]),
    ("flex", f"{TEXT}.style", ["normal", "italic"], ["oblique"]),
    ("flex", f"{TEXT}.decoration", ["none", "underline", "line-through"], ["blink"]),
    ("flex", f"{TEXT}.position", ["relative", "absolute"], ["fixed"]),
    ("flex", f"{TEXT}.wrap", [True], [False, 1, "true"]),
    ("flex", f"{TEXT}.maxLines", [0, 1, 99], [-1, 1.5, True, "2"]),
    ("flex", f"{TEXT}.flex", [0, 1, 10, 0.5], [-1, True, "1"]),
    ("flex", f"{TEXT}.color", ["#03C75A", "#03c75aFF"], ["red", "#03C", "#03C75", "#GGGGGG", ""]),
    ("flex", f"{TEXT}.offsetTop", [*SPACES, "2px", "5%", "1.5px"], ["2", "px", "2em", "-2px", ""]),
    ("flex", f"{TEXT}.offsetEnd", [*SPACES, "2px", "5%"], ["auto", "%", ".5px", "1.px"]),
    ("flex", f"{BODY}.paddingAll", [*SPACES, "10px", "5%"], ["10", "big"]),
    ("flex", f"{BODY}.paddingStart", [*SPACES, "10px"], ["10"]),
    ("flex", f"{BODY}.width", ["100%", "480px"], ["md", "480"]),
    ("flex", f"{BODY}.height", ["100%", "480px"], ["md"]),
    ("flex", f"{BODY}.cornerRadius", [*SPACES, "4px"], ["4%", "round"]),
    (
        "flex",
        f"{BODY}.borderWidth",
        ["1px", "none", "light", "normal", "medium", "semi-bold", "bold"],
        ["thin", "1%", "xs"],
    ),
    ("flex", f"{BODY}.borderColor", ["#03C75A"], ["blue"]),
    ("flex", f"{BODY}.backgroundColor", ["#00000000"], ["transparent"]),
    ("flex", f"{BODY}.contents[2].height", ["sm", "md"], ["lg"]),
    ("flex", f"{BODY}.contents[2].style", ["primary", "secondary", "link"], ["danger"]),
    ("flex", f"{BODY}.contents[3].color", ["#DDDDDD"], ["grey"]),
    ("flex", f"{BODY}.contents[4].flex", [0, 3], [-1]),
    ("flex", f"{BODY}.contents[5].contents[0].size", SIZES, ["full"]),
    ("flex", "contents.hero.size", [*SIZES, "full"], ["100%"]),
    ("flex", "contents.hero.aspectMode", ["cover", "fit"], ["contain"]),
    (
        "flex",
        "contents.hero.aspectRatio",
        ["1:1", "1:3", "10000:1", "3333:9999", "10000:10000"],
        ["1:4", "0:1", "1:0", "10001:1", "1", "1:1:1", "a:b", "1.5:1", "-1:1", " 1:1", "²:1"],
    ),
    ("flex", "contents.styles.body.separator", [True, False], ["true", 1]),
    ("flex", "contents.styles.body.backgroundColor", ["#FFFFFF"], ["white"]),
]


def steps(path: str) -> list[str | int]:
    found: list[str | int] = []
    for part in path.split("."):
        name, *indexes = part.split("[")
        found.append(name)
        found += [int(index.rstrip("]")) for index in indexes]
    return found


def changed(base: str, path: str, value: Any) -> dict[str, Any]:
    raw: Any = json.loads(json.dumps(BASES[base]))
    place = raw
    *way, last = steps(path)
    for step in way:
        place = place[step]
    place[last] = value
    return raw


def without(base: str, path: str) -> dict[str, Any]:
    raw: Any = json.loads(json.dumps(BASES[base]))
    place = raw
    *way, last = steps(path)
    for step in way:
        place = place[step]
    del place[last]
    return raw


def broken(raw: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidMessage) as caught:
        messages.parse(raw)
    return [(found.path, found.rule) for found in caught.value.violations]


def accepted(raw: dict[str, Any]) -> None:
    assert messages.parse(raw).to_dict() == raw


@pytest.mark.parametrize("base", BASES)
def test_bases_are_valid(base: str) -> None:
    accepted(BASES[base])


@pytest.mark.parametrize(("base", "path", "limit"), LENGTHS)
@pytest.mark.parametrize("character", ["가", "A", "😀"])
def test_lengths_count_code_points(base: str, path: str, limit: int, character: str) -> None:
    accepted(changed(base, path, character * limit))
    assert broken(changed(base, path, character * (limit + 1))) == [(path, "max_length")]


@pytest.mark.parametrize(("base", "path", "member", "limit"), I18N_LENGTHS)
def test_lengths_of_language_variants(base: str, path: str, member: str, limit: int) -> None:
    def variants(value: Any) -> dict[str, Any]:
        entries = [{"language": "ko_KR", member: "가"}, {"language": "ja_JP", member: value}]
        return changed(base, path, entries)

    accepted(variants("あ" * limit))
    assert broken(variants("あ" * (limit + 1))) == [(f"{path}[1].{member}", "max_length")]
    assert broken(variants("")) == [(f"{path}[1].{member}", "empty")]
    assert broken(variants(None)) == [(f"{path}[1].{member}", "null")]
    assert broken(variants(5)) == [(f"{path}[1].{member}", "type")]


@pytest.mark.parametrize(("base", "path"), URLS)
def test_pictures_and_files_come_over_https(base: str, path: str) -> None:
    fill = URL + "a" * (1000 - len(URL) - 4) + ".png"
    assert len(fill) == 1000
    accepted(changed(base, path, fill))
    accepted(changed(base, path, "HTTPS://ATS.example.com/%EA%B0%80/가.png"))
    assert broken(changed(base, path, fill[:-4] + "a.png")) == [(path, "max_length")]
    for url in ["http://ats.example.com/a.png", "ftp://a/b.png", "//a/b.png", "data:image/png,x"]:
        assert broken(changed(base, path, url)) == [(path, "scheme")]
    assert broken(changed(base, path, "")) == [(path, "empty")]
    assert broken(changed(base, path, "https:///a.png")) == [(path, "url")]
    assert broken(changed(base, path, "https://a.example/a b.png")) == [(path, "url")]
    assert broken(changed(base, path, 5)) == [(path, "type")]


@pytest.mark.parametrize(("base", "path"), LINKS)
def test_links_are_http_or_https(base: str, path: str) -> None:
    for url in ["http://a.example", "https://a.example/" + "a" * 982]:
        accepted(changed(base, path, url))
    assert broken(changed(base, path, "https://a.example/" + "a" * 983)) == [(path, "max_length")]
    hostile = ["javascript:alert(1)", "JavaScript://a.example/%0aalert(1)", "lineworks://message"]
    for url in [*hostile, "mailto:a@b.example", "tel:010", " https://a.example", "https:a.example"]:
        assert broken(changed(base, path, url)) == [(path, "scheme")]


def test_a_file_address_ends_in_its_extension() -> None:
    for tail in ["guide.pdf", "v1/guide.PDF", "get?name=guide.pdf", "a.tar.gz", "한글.hwp"]:
        accepted(changed("file", "originalContentUrl", URL + tail))
    for tail in ["", "guide", "guide.", "guide.pdf/", "guide.p/f"]:
        assert broken(changed("file", "originalContentUrl", URL + tail)) == [
            ("originalContentUrl", "extension")
        ]
    assert broken(changed("file", "originalContentUrl", "https://a.com")) == [
        ("originalContentUrl", "extension")
    ]


@pytest.mark.parametrize(("base", "path", "member"), I18N_URLS)
def test_pictures_by_language(base: str, path: str, member: str) -> None:
    accepted(changed(base, path, [{"language": "ko_KR", member: HTTPS}]))
    assert broken(changed(base, path, [{"language": "ko_KR", member: "http://a.example/a"}])) == [
        (f"{path}[0].{member}", "scheme")
    ]
    assert broken(changed(base, path, [{"language": "ko_KR"}])) == [
        (f"{path}[0].{member}", "required")
    ]


@pytest.mark.parametrize(("base", "path", "member"), I18N_IDS)
def test_files_by_language(base: str, path: str, member: str) -> None:
    accepted(changed(base, path, [{"language": "zh_TW", member: "kr1.1"}]))
    assert broken(changed(base, path, [{"language": "zh_TW", member: 1}, "x"])) == [
        (f"{path}[0].{member}", "type"),
        (f"{path}[1]", "type"),
    ]


@pytest.mark.parametrize(("base", "path", "least", "most"), COUNTS)
def test_counts(base: str, path: str, least: int, most: int | None) -> None:
    place: Any = BASES[base]
    for step in steps(path):
        place = place[step]
    item = place[0]

    def counted(count: int) -> dict[str, Any]:
        raw = changed(base, path, [item] * count)
        if path.startswith("columns[0]"):  # every column has as many actions
            raw["columns"] = [raw["columns"][0]]
        return raw

    if most is not None:
        accepted(counted(most))
        assert broken(counted(most + 1)) == [(path, "max_items")]
    if least:
        assert (path, "min_items") in broken(counted(0))
    else:
        accepted(counted(0))
    assert broken(changed(base, path, {"0": item}))[0] == (path, "type")
    assert (f"{path}[0]", "type") in broken(changed(base, path, [None]))


@pytest.mark.parametrize(("base", "path"), REQUIRED)
def test_what_is_required(base: str, path: str) -> None:
    assert (path, "required") in broken(without(base, path))
    assert broken(changed(base, path, None)) == [(path, "null")]


@pytest.mark.parametrize(("base", "path"), [row for row in REQUIRED if row[1][-4:] != "type"])
def test_a_missing_member_is_all_that_is_told(base: str, path: str) -> None:
    assert broken(without(base, path)) == [(path, "required")]


@pytest.mark.parametrize(("base", "path", "good", "bad"), CHOICES)
def test_choices_and_forms(base: str, path: str, good: list[Any], bad: list[Any]) -> None:
    for value in good:
        accepted(changed(base, path, value))
    for value in bad:
        found = broken(changed(base, path, value))
        assert {place for place, _ in found} <= {path, path.replace(".wrap", ".maxLines")}, value


@pytest.mark.parametrize("code", ["ko", "en", "ko-KR", "KO_KR", "fr_FR", "", "ko_KR "])
def test_languages_are_the_five_documented(code: str) -> None:
    entry = {"language": code, "text": "x"}
    assert broken(changed("text", "i18nTexts", [entry])) == [("i18nTexts[0].language", "enum")]
    assert broken(changed("text", "i18nTexts", [{"text": "x", "language": 5, "lang": "ko"}])) == [
        ("i18nTexts[0].language", "type"),
        ("i18nTexts[0].lang", "unknown_key"),
    ]


def test_a_language_may_come_twice_since_no_page_forbids_it() -> None:
    entry = {"language": "ko_KR", "text": "x"}
    accepted(changed("text", "i18nTexts", [entry, entry]))
    accepted(changed("text", "i18nTexts", []))


@pytest.mark.parametrize("base", BASES)
def test_undocumented_keys_are_refused_at_every_level(base: str) -> None:
    def walk(value: Any, path: str) -> list[str]:
        found = []
        if isinstance(value, dict):
            found.append(path)
            for key, item in value.items():
                found += walk(item, f"{path}.{key}" if path else key)
        elif isinstance(value, list):
            for at, item in enumerate(value):
                found += walk(item, f"{path}[{at}]")
        return found

    for place in walk(BASES[base], ""):
        path = f"{place}.sender" if place else "sender"
        assert broken(changed(base, path, "x")) == [(path, "unknown_key")]
        assert broken(changed(base, path, None)) == [(path, "unknown_key")]


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("contents.body.contents[0]", "i18nTexts"),
        ("contents.body.contents[1].contents[0]", "i18nTexts"),
        ("contents.body.contents[0]", "lineSpacing"),
        ("contents.body", "justifyContent"),
        ("contents.body", "background"),
        ("contents.hero", "fileId"),
        ("contents.body.contents[5].contents[0]", "flex"),
        ("contents.body.contents[3]", "flex"),
        ("contents.body.contents[4]", "margin"),
        ("contents.body.contents[1].contents[0]", "wrap"),
    ],
)
def test_names_of_line_and_of_other_pieces_are_refused_in_flex(path: str, key: str) -> None:
    assert broken(changed("flex", f"{path}.{key}", "x")) == [(f"{path}.{key}", "unknown_key")]


def test_carousel_texts_have_no_documented_language_variants() -> None:
    for key in ["i18nTitles", "i18nTexts"]:
        path = f"columns[0].{key}"
        assert broken(changed("carousel", path, [])) == [(path, "unknown_key")]


def test_an_explicit_default_survives() -> None:
    for base, path, value in [
        ("carousel", "imageAspectRatio", "rectangle"),
        ("carousel", "imageSize", "cover"),
        ("flex", "contents.direction", "ltr"),
        ("flex", f"{TEXT}.wrap", True),
        ("flex", f"{BODY}.position", "relative"),
        ("flex", f"{BODY}.contents[2].style", "link"),
    ]:
        accepted(changed(base, path, value))


def test_several_violations_are_all_told() -> None:
    raw = {
        "type": "carousel",
        "imageSize": "huge",
        "sender": 1,
        "columns": [
            {
                "text": "가" * 121,
                "actions": [{"type": "uri", "label": "가" * 21, "uri": "ftp://x"}],
            },
            {"text": "", "title": "가" * 41, "fileId": "f", "actions": [{"type": "camera"}, SAID]},
        ],
    }
    assert set(broken(raw)) == {
        ("imageSize", "enum"),
        ("sender", "unknown_key"),
        ("columns[0].text", "max_length"),
        ("columns[0].actions[0].label", "max_length"),
        ("columns[0].actions[0].uri", "scheme"),
        ("columns[1].text", "empty"),
        ("columns[1].title", "max_length"),
        ("columns[1].actions[0].type", "position"),
        ("columns[1].actions[0].label", "required"),
        ("columns[1].actions", "consistent"),
        ("columns[1].originalContentUrl", "consistent"),
        ("columns[1].title", "consistent"),
    }


def test_one_source_of_a_picture() -> None:
    for base, path, second in [
        ("list_template", "coverData.backgroundFileId", "coverData.backgroundFileId"),
        ("list_template", "elements[0].fileId", "elements[0].fileId"),
        ("pictured", "columns[0].fileId", "columns[0].fileId"),
        ("image_carousel", "columns[0].fileId", "columns[0].fileId"),
        ("quick", "quickReply.items[0].imageResourceId", "quickReply.items[0].imageResourceId"),
        ("file", "fileId", "fileId"),
        ("audio", "fileId", "fileId"),
        ("image", "fileId", "fileId"),
        ("video", "fileId", "fileId"),
    ]:
        assert broken(changed(base, path, "kr1.1")) == [(second, "exclusive")]
    assert broken(without("image", "originalContentUrl")) == [("originalContentUrl", "required")]
    assert broken(without("audio", "originalContentUrl")) == [("originalContentUrl", "required")]


BOX = {"type": "box", "layout": "vertical", "contents": [{"type": "text", "text": "x"}]}


def flexed(contents: Any) -> dict[str, Any]:
    return {"type": "flex", "altText": "x", "contents": contents}


def test_bubbles_of_a_carousel_have_one_size() -> None:
    def carousel(*sizes: str | None) -> dict[str, Any]:
        bubbles = [
            {"type": "bubble", "body": BOX} | ({"size": size} if size else {}) for size in sizes
        ]
        return flexed({"type": "carousel", "contents": bubbles})

    accepted(carousel("micro", "micro"))
    accepted(carousel(None, "mega"))  # mega is the default
    accepted(carousel(*["kilo"] * 10))
    assert broken(carousel("micro", None)) == [("contents.contents[1].size", "consistent")]


def test_no_separator_above_the_first_block() -> None:
    style = {"separator": True}
    bubble = {"type": "bubble", "body": BOX, "footer": BOX, "styles": {"footer": style}}
    accepted(flexed(bubble))
    bubble["styles"] = {"header": style, "body": style}
    assert broken(flexed(bubble)) == [("contents.styles.body.separator", "first_block")]
    bubble["header"] = BOX
    assert broken(flexed(bubble)) == [("contents.styles.header.separator", "first_block")]
    bubble["styles"] = {"header": {"separator": False}, "body": style}
    accepted(flexed(bubble))


@pytest.mark.parametrize("layout", ["horizontal", "vertical", "baseline"])
def test_what_may_stand_in_a_box(layout: str) -> None:
    pieces = {
        "box": BOX,
        "button": {"type": "button", "action": URI},
        "image": {"type": "image", "url": HTTPS},
        "icon": {"type": "icon", "url": HTTPS},
        "text": {"type": "text", "text": "x"},
        "separator": {"type": "separator"},
        "filler": {"type": "filler"},
    }
    allowed = {"icon", "text", "filler"} if layout == "baseline" else set(pieces) - {"icon"}
    for name, piece in pieces.items():
        body = {"type": "box", "layout": layout, "contents": [pieces["text"], piece]}
        raw = flexed({"type": "bubble", "body": body})
        if name in allowed:
            accepted(raw)
        else:
            assert broken(raw) == [("contents.body.contents[1].type", "not_allowed")]
    for kind in ["span", "spacer", "video", "bubble", "filter"]:
        body = {"type": "box", "layout": layout, "contents": [{"type": kind, "text": "x"}]}
        raw = flexed({"type": "bubble", "body": body})
        assert broken(raw) == [("contents.body.contents[0].type", "enum")]


def test_lines_need_wrapping() -> None:
    raw = without("flex", f"{TEXT}.wrap")
    assert broken(raw) == [(f"{TEXT}.maxLines", "needs_wrap")]


def test_spans_win_over_the_text() -> None:
    text = {"type": "text", "text": "", "contents": [{"type": "span", "text": "x"}]}
    body = {"type": "box", "layout": "vertical", "contents": [text]}
    accepted(flexed({"type": "bubble", "body": body}))
    text["contents"] = []
    assert broken(flexed({"type": "bubble", "body": body})) == [
        ("contents.body.contents[0].text", "empty")
    ]


def of_size(size: int) -> dict[str, Any]:
    """A bubble of exactly so many bytes, in three-byte characters as far as they go."""
    bubble: dict[str, Any] = {"type": "bubble", "body": json.loads(json.dumps(BOX))}
    text = bubble["body"]["contents"][0]
    text["text"] = ""
    room = size - len(json.dumps(bubble, separators=(",", ":")))
    text["text"] = "가" * (room // 3) + "a" * (room % 3)
    return bubble


def test_a_bubble_has_at_most_30_kilobytes() -> None:
    content = messages.parse(flexed(of_size(30 * 1024)))
    assert isinstance(content, messages.Flex)
    assert content.size == 30 * 1024 == flex.MOST_BYTES
    too_big = of_size(30 * 1024 + 1)
    assert broken(flexed(too_big)) == [("contents", "max_bytes")]
    with pytest.raises(InvalidMessage, match="30720 bytes"):
        flex.Bubble(body=flex.Box("vertical", [flex.Text(too_big["body"]["contents"][0]["text"])]))


def test_a_carousel_has_at_most_30_kilobytes_in_all() -> None:
    shell = len('{"type":"carousel","contents":[,]}')
    half = of_size((30 * 1024 - shell) // 2)
    accepted(flexed({"type": "carousel", "contents": [half, half]}))
    other = of_size((30 * 1024 - shell) // 2 + 2)
    raw = flexed({"type": "carousel", "contents": [half, other]})
    assert broken(raw) == [("contents", "max_bytes")]


def test_labels_have_the_limit_of_their_place() -> None:
    def menu(label: str) -> bots.PersistentMenu:
        return bots.PersistentMenu([messages.UriAction(label=label, uri=URL)])

    assert menu("가" * 1000).actions[0].label == "가" * 1000
    with pytest.raises(InvalidMessage, match=r"^UriAction.*label: must have at most 1000"):
        menu("가" * 1001)
    with pytest.raises(InvalidMessage, match=r"actions\[0\]\.label: must have at most 20"):
        messages.ButtonTemplate("x", [messages.UriAction(label="가" * 21, uri=URL)])
    area = bots.RichMenuArea(bots.Bounds(x=0, y=0, width=1, height=1), messages.UriAction(uri=URL))
    assert area.to_dict()["action"] == {"type": "uri", "uri": URL}


@pytest.mark.parametrize(
    ("base", "path"),
    [
        ("list_template", "coverData.title"),
        ("list_template", "coverData.subtitle"),
        ("list_template", "elements[0].subtitle"),
        ("carousel", "columns[0].actions[0].postback"),
        ("button_template", "actions[0].i18nLabels"),
        ("list_template", "actions"),
    ],
)
def test_what_may_be_left_out_may_be_empty(base: str, path: str) -> None:
    accepted(changed(base, path, [] if path.endswith("s") else ""))


def test_titles_may_be_empty_in_all_columns() -> None:
    raw = changed("pictured", "columns[0].title", "")
    raw["columns"][1]["title"] = ""
    accepted(raw)


def test_words_a_place_demands_must_not_be_empty() -> None:
    label, text = "columns[0].actions[0].label", "columns[0].actions[0].text"
    assert broken(changed("carousel", label, "")) == [(label, "empty")]
    assert broken(changed("carousel", text, "")) == [(text, "empty")]
    shown = "quickReply.items[0].action.displayText"
    assert broken(changed("postback", shown, "")) == [(shown, "empty")]
    accepted(changed("carousel", "columns[0].defaultAction.label", ""))
    accepted(
        changed("button_template", "actions[0]", {"type": "message", "label": "x", "text": ""})
    )


@pytest.mark.parametrize("raw", [None, [], {}, {"content": None}, {"content": []}, {"text": "x"}])
def test_a_send_holds_a_content(raw: Any) -> None:
    with pytest.raises(InvalidMessage) as caught:
        messages.parse_request(raw)
    assert caught.value.violations


def test_messages_state_their_text_wherever_columns_are_tapped() -> None:
    silent = {"type": "message", "label": "네"}
    for base, path in [
        ("carousel", "columns[0].defaultAction"),
        ("carousel", "columns[0].actions[0]"),
        ("image_carousel", "columns[0].action"),
        ("quick", "quickReply.items[0].action"),
    ]:
        assert broken(changed(base, path, silent)) == [(f"{path}.text", "required")]
        accepted(changed(base, path, {**silent, "text": "네"}))
    for base, path in [
        ("button_template", "actions[0]"),
        ("list_template", "elements[0].action"),
        ("flex", f"{BODY}.contents[2].action"),
    ]:
        accepted(changed(base, path, silent))
    accepted(changed("postback", "quickReply.items[0].action.i18nDisplayTexts", []))
    accepted(
        changed(
            "carousel",
            "columns[0].actions[0]",
            {"type": "postback", "label": "x", "data": "d", "displayText": ""},
        )
    )
