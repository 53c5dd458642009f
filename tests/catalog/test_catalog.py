"""The catalog as a mapping, its choice of entry, language and form, and making it one's own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve, frozen

from naverworks_notify import Audience, InvalidMessage, InvalidValue, alerts, messages
from naverworks_notify.alerts import (
    ENTRIES,
    Alert,
    DocumentEvaluationCompleted,
    EntryInfo,
    Relation,
    TaskReminder,
)
from naverworks_notify.catalog import (
    CATALOG,
    Brief,
    Detail,
    Entry,
    Style,
    Target,
    Writer,
    choose_locale,
    render,
)
from naverworks_notify.catalog.samples import sample

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
CONFIRMED = "interviewer.interview.confirmed"


def plain(catalog, entry: str, alert: Alert | None = None, **options) -> messages.Content:
    return catalog.render(
        alert or sample(entry), audience=catalog[entry].audience, form="plain", **options
    )


def words(content: messages.Content) -> str:
    return content.text if isinstance(content, messages.Text) else content.content_text


def bare(text: str) -> str:
    """The words alone: a card breaks its lines elsewhere and needs no marks for a list."""
    return re.sub(r"[\s,、\-]+", "", text)


def card_texts(content: messages.Flex) -> list[str]:
    found: list[str] = []

    def walk(raw: object) -> None:
        if isinstance(raw, dict):
            if raw.get("type") == "text":
                found.append(raw["text"])
            for value in raw.values():
                walk(value)
        elif isinstance(raw, list):
            for value in raw:
                walk(value)

    walk(content.contents.to_dict())
    return found


def test_the_catalog_holds_the_documented_entries_in_their_order() -> None:
    assert list(CATALOG) == list(ENTRIES)
    assert [entry.info for entry in CATALOG.values()] == list(ENTRIES.values())
    with pytest.raises(KeyError):
        CATALOG["interviewer.offer.sent"]


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("locale", ["ko", "en", "ja"])
def test_card_and_plain_text_say_the_same(entry, locale) -> None:
    alert, audience = sample(entry), CATALOG[entry].audience
    card = render(alert, audience=audience, locale=locale)
    text = words(plain(CATALOG, entry, locale=locale))
    for part in card_texts(card):
        assert bare(part) in bare(text)
    brief = CATALOG.describe(alert, audience=audience, locale=locale)
    assert card.alt_text == brief.alt_text
    assert brief.sentence in card.alt_text
    buttons = [button["action"]["uri"] for button in card.contents.footer.to_dict()["contents"]]
    assert buttons == [action.uri for action in plain(CATALOG, entry).actions]


@pytest.mark.parametrize("entry", ENTRIES)
def test_nothing_optional_is_needed(entry) -> None:
    alert = sample(entry, minimal=True)
    card = render(alert, audience=CATALOG[entry].audience)
    assert card.contents.footer is None
    assert isinstance(plain(CATALOG, entry, alert), messages.Text)
    assert all(text.strip() for text in card_texts(card))


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("form", ["rich", "plain"])
def test_one_language_has_no_i18n_arrays_and_device_has_all(entry, form) -> None:
    alert, audience = sample(entry), CATALOG[entry].audience
    one = render(alert, audience=audience, locale="ko", form=form).to_dict()
    assert "i18n" not in str(one)
    device = render(alert, audience=audience, locale="device", form=form).to_dict()
    others = {
        language: render(alert, audience=audience, locale=locale, form=form).to_dict()
        for language, locale in (("en_US", "en"), ("ja_JP", "ja"))
    }
    key, array = ("altText", "i18nAltTexts") if form == "rich" else (
        "contentText", "i18nContentTexts"
    )  # fmt: skip
    assert device.pop(array) == [
        {"language": language, key: other[key]} for language, other in others.items()
    ]
    if form == "plain":
        for index, action in enumerate(device["actions"]):
            assert action.pop("i18nLabels") == [
                {"language": language, "label": other["actions"][index]["label"]}
                for language, other in others.items()
            ]
    assert device == one


def test_a_text_without_buttons_has_its_languages_too() -> None:
    alert = TaskReminder(event_id="e", occurred_at=NOW, title="t")
    content = render(alert, audience="manager", locale="device", form="plain").to_dict()
    assert [each["language"] for each in content["i18nTexts"]] == ["en_US", "ja_JP"]


@pytest.mark.parametrize("spelling", ["ko_KR", "ko-KR", "KO"])
def test_usual_spellings_of_a_language_will_do(spelling) -> None:
    assert plain(CATALOG, CONFIRMED, locale=spelling) == plain(CATALOG, CONFIRMED, locale="ko")


@pytest.mark.parametrize("locale", ["fr", "", "zh_CN", "DEVICE", None, 5, ["ko"]])
def test_another_language_is_refused(locale) -> None:
    with pytest.raises(InvalidValue, match="must be one of ko, en, ja") as refused:
        plain(CATALOG, CONFIRMED, locale=locale)
    assert [found.path for found in refused.value.violations] == ["locale"]


def test_the_language_is_the_persons_then_the_alerts_then_korean() -> None:
    alert = TaskReminder(event_id="e", occurred_at=NOW, title="t", locale="ja_JP")
    assert choose_locale("en-US", alert) == "en"
    assert choose_locale(None, alert) == "ja"
    assert choose_locale(None, TaskReminder(event_id="e", occurred_at=NOW, title="t")) == "ko"
    with pytest.raises(InvalidValue):
        choose_locale("fr", alert)


def test_an_audience_without_an_entry_is_refused_by_name() -> None:
    with pytest.raises(InvalidValue, match=r"'task\.reminder' has no entry for 'interviewer'; it"):
        render(sample("manager.task.reminder"), audience=Audience.INTERVIEWER)
    with pytest.raises(InvalidValue, match="it has interviewer and manager"):
        render(sample(CONFIRMED), audience="everyone")


@pytest.mark.parametrize("form", ["voice", None, ["rich"]])
def test_another_form_is_refused(form) -> None:
    with pytest.raises(InvalidValue, match="must be one of rich, plain"):
        render(sample(CONFIRMED), audience="interviewer", form=form)


@pytest.mark.parametrize("audience", [None, 5, ["interviewer"]])
def test_what_is_no_audience_is_refused(audience) -> None:
    with pytest.raises(InvalidValue, match="has no entry for"):
        render(sample(CONFIRMED), audience=audience)


def test_the_answer_to_a_changed_interview_shows_before_and_after() -> None:
    brief = CATALOG.describe(sample("manager.interview.changed"), audience="manager")
    rows = {
        row.label: (str(row.before), tuple(map(str, row.lines))) for row in brief.rows if row.before
    }
    assert rows == {
        "일시": ("2026-03-03 (화) 10:00–11:00 KST", ("2026-03-04 (수) 14:00–15:00 KST",)),
        "진행 방식": ("대면 면접", ("Google Meet",)),
        "장소": ("본사 8층 회의실 A", ("없음",)),
        "면접관": ("이도윤", ("이도윤, 박서연",)),
    }


JOINING = {"interviewer.interview.confirmed", "interviewer.interview.reminder"}


@pytest.mark.parametrize("entry", ENTRIES)
def test_only_interviewers_who_are_about_to_meet_are_offered_to_join(entry) -> None:
    brief = CATALOG.describe(sample(entry), audience=CATALOG[entry].audience)
    labels = [button.label for button in brief.buttons]
    assert ("화상 면접 입장" in labels) is (entry in JOINING)
    assert len(labels) == (2 if entry in JOINING else 1)


# A column of a card on a phone holds 22 Latin characters of its text size, and 11 wide ones.
COLUMN = 22


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("locale", ["ko", "en", "ja"])
def test_a_card_breaks_no_time_and_leaves_no_zone_alone(entry, locale) -> None:
    card = render(sample(entry), audience=CATALOG[entry].audience, locale=locale)
    title, *told = [text for text in card_texts(card) if "KST" in text]
    for line in "\n".join([title, *told]).split("\n"):
        assert line.strip() != "KST"
        if re.search(r"[0-9]{2}:[0-9]{2}", line) or "KST" in line:
            assert sum(2 if ord(letter) > 0x2FFF else 1 for letter in line) <= COLUMN


def test_lists_of_times_are_grouped_by_day() -> None:
    entry = "manager.interview.interviewer_time_settled"
    alert = sample(entry)
    assert (
        "2026-03-09 (월)\n10:00–11:00\n14:00–15:00 KST\n\n2026-03-10 (화)\n16:00–17:00 KST"
        in card_texts(render(alert, audience="manager"))
    )
    text = words(plain(CATALOG, entry, alert))
    assert "- 2026-03-09 (월) 10:00–11:00, 14:00–15:00 KST\n- 2026-03-10 (화)" in text


def test_the_stage_of_a_digest_is_told_once_where_its_items_share_it() -> None:
    entry = "manager.document_evaluation.completed_digest"
    digest = sample(entry)
    shared = CATALOG.describe(digest, audience="manager")
    assert [row.lines[0] for row in shared.rows if row.label == "전형 단계"] == ["서류 검토"]
    assert shared.rows[-1].lines[0] == "김하늘 · 14:05 · 3/3"
    first = evolve(digest.items[0], stage=alerts.Stage(title="재검토"))
    mixed = CATALOG.describe(evolve(digest, items=(first, *digest.items[1:])), audience="manager")
    assert [row for row in mixed.rows if row.label == "전형 단계"] == []
    assert mixed.rows[-1].lines[:2] == (
        "김하늘 · 14:05 · 3/3 · 재검토",
        "최지우 · 14:12 · 3/3 · 서류 검토",
    )


def test_a_cancelled_interview_cannot_be_joined() -> None:
    alert = sample("manager.interview.cancelled")
    alert = evolve(
        alert, interview=evolve(alert.interview, meeting_url="https://meet.example.com/x")
    )
    for audience in Audience:
        brief = CATALOG.describe(alert, audience=audience)
        assert all("meet" not in button.url for button in brief.buttons)


def test_long_lists_end_in_a_count() -> None:
    brief = CATALOG.describe(
        sample("interviewer.document_review.requested"), audience="interviewer"
    )
    assert brief.rows[0].lines[-1] == "외 2명"
    assert len(brief.rows[0].lines) == 6


def test_a_single_completed_evaluation_reads_like_a_digest_of_one() -> None:
    digest = sample("manager.document_evaluation.completed_digest", minimal=True)
    item = digest.items[0]
    alert = DocumentEvaluationCompleted(
        event_id="e",
        occurred_at=NOW,
        posting=digest.posting,
        candidate=item.candidate,
        completed_at=item.completed_at,
    )
    assert render(alert, audience="manager").alt_text == render(digest, audience="manager").alt_text


SECRETS = {
    "interviewer.team_chat.mentioned": "2차 면접 진행해도 될까요?",
    "manager.applicant.message_received": "면접 장소를 다시",
    "manager.interview.candidate_no_available_time": "다음 주에는 모두 가능합니다.",
    "manager.evaluation.completed": "추천",
    "manager.document_evaluation.completed_digest": "합격",
}


@pytest.mark.parametrize(("entry", "secret"), SECRETS.items())
@pytest.mark.parametrize("form", ["rich", "plain"])
def test_excerpts_and_results_are_told_only_on_demand(entry, secret, form) -> None:
    alert, audience = sample(entry), CATALOG[entry].audience
    assert secret not in str(render(alert, audience=audience, form=form).to_dict())
    open_hearted = CATALOG.with_style(Style(details=set(Detail)))
    assert secret in str(open_hearted.render(alert, audience=audience, form=form).to_dict())


def test_links_that_people_typed_are_live_only_on_demand() -> None:
    alert = evolve(sample("interviewer.document_review.requested"), message="https://docs.example")
    live = CATALOG.with_style(Style(details={Detail.LINKS}))
    for catalog, shown in ((CATALOG, False), (live, True)):
        text = words(plain(catalog, "interviewer.document_review.requested", alert))
        assert ("https://docs.example" in text) is shown
    excerpt = evolve(sample("manager.applicant.message_received"), excerpt="https://evil.example")
    everything = CATALOG.with_style(Style(details=set(Detail)))
    text = words(plain(everything, "manager.applicant.message_received", excerpt))
    assert "https" in text
    assert "https://evil.example" not in text


def test_catalogs_are_equal_only_to_themselves() -> None:
    mine = CATALOG.with_texts("ko", {"join": "입장"})
    assert mine != CATALOG
    assert len({CATALOG, mine}) == 2


# Making it one's own.


def test_wording_changes_for_one_entry_and_one_language() -> None:
    mine = CATALOG.with_texts(
        "ko", {f"{CONFIRMED}.sentence": "{candidate} 님과 곧 만나요!", "label.when": "언제"}
    )
    assert "김하늘 님과 곧 만나요!" in words(plain(mine, CONFIRMED))
    assert "언제: 2026" in words(plain(mine, CONFIRMED))
    assert "곧 만나요" not in words(plain(mine, "manager.interview.confirmed"))
    assert plain(mine, CONFIRMED, locale="en") == plain(CATALOG, CONFIRMED, locale="en")
    assert "곧 만나요" not in words(plain(CATALOG, CONFIRMED))
    twice = mine.with_texts("ko", {"join": "입장"})
    assert [action.label for action in plain(twice, CONFIRMED).actions] == [
        "면접 정보 보기",
        "입장",
    ]
    assert "곧 만나요" in words(plain(twice, CONFIRMED))


def test_a_plural_can_be_worded_too() -> None:
    mine = CATALOG.with_texts("en", {"duration.hours": "{count} h"})
    text = words(plain(mine, "interviewer.interview.availability_requested", locale="en"))
    assert "1 h 30 minutes" in text


@pytest.mark.parametrize(
    ("key", "text", "told"),
    [
        ("interviewer.interview.confirmed.headline", "x", "is not the id of a text"),
        (f"{CONFIRMED}.sentence", "{name}", "uses {name}; its placeholders are: {candidate}"),
        (f"{CONFIRMED}.sentence", "{candidate", "brace"),
        ("label.when", "{candidate.__class__}", "its placeholders are: none"),
    ],
)
def test_wording_that_could_not_work_is_refused_at_once(key, text, told) -> None:
    with pytest.raises(InvalidValue) as caught:
        CATALOG.with_texts("ko", {key: text})
    assert told in str(caught.value)


def test_wording_too_long_for_a_button_is_cut() -> None:
    mine = CATALOG.with_texts("ko", {"join": "화" * 21})
    assert plain(mine, CONFIRMED).actions[1].label == "화" * 19 + "…"


def test_style_changes_colour_name_and_zone() -> None:
    mine = CATALOG.with_style(
        Style(accent="#03A64A", bot_name="라운드HR 알림", zone="America/New_York")
    )
    card = mine.render(sample(CONFIRMED), audience="interviewer")
    assert "#03A64A" in str(card.to_dict())
    assert card_texts(card)[0] == "라운드HR 알림 · 면접 일정 확정"
    assert card.alt_text.startswith("[라운드HR 알림] ")
    assert card.alt_text.endswith("2026-03-04 (수) 00:00–01:00 EST")
    assert words(plain(mine, CONFIRMED)).startswith("[라운드HR 알림 · 면접 일정 확정] ")


@pytest.mark.parametrize(
    "options",
    [
        {"accent": "green"},
        {"warning": "#FFF"},
        {"zone": "Seoul"},
        {"zone": "../etc"},
        {"details": {"results"}},
        {"details": "result"},
    ],
)
def test_a_style_that_could_not_work_is_refused(options) -> None:
    with pytest.raises(InvalidValue, match=next(iter(options))):
        Style(**options)


def test_warnings_have_their_own_colour() -> None:
    style = Style()
    cancelled = render(sample("manager.interview.cancelled"), audience="manager")
    assert style.warning in str(cancelled.contents.body.to_dict())
    assert style.warning not in str(cancelled.contents.footer.to_dict())
    confirmed = render(sample(CONFIRMED), audience="interviewer")
    assert style.warning not in str(confirmed.to_dict())


def test_links_come_from_the_payload_then_the_builder_then_a_related_page() -> None:
    asked: list[Target] = []

    def build(target: Target, alert: Alert) -> str | None:
        asked.append(target)
        if target is Target.REVIEW_LIST or alert.candidate is None:
            return None
        return f"https://ats.example.com/{target}/{alert.candidate.id}"

    mine = CATALOG.with_links(build)

    def links(entry: str) -> list[str]:
        return [action.uri for action in plain(mine, entry).actions]

    assert links(CONFIRMED) == [
        "https://ats.example.com/i/iv-1",
        "https://meet.example.com/abc-defg-hij",
    ]
    assert asked == []
    assert links("interviewer.interview_evaluation.requested") == [
        "https://ats.example.com/evaluation/c-1"
    ]
    assert links("manager.document_evaluation.completed_digest") == [
        "https://ats.example.com/p/p-1"
    ]
    assert asked == [Target.EVALUATION, Target.REVIEW_LIST]


def test_a_builder_cannot_make_a_link_that_is_none() -> None:
    mine = CATALOG.with_links(lambda _target, _alert: "javascript:alert(1)")
    with pytest.raises(InvalidMessage):
        plain(mine, "manager.task.reminder")


def test_a_layout_can_be_replaced_and_a_form_added() -> None:
    def short(brief, others, style):
        return messages.Text(brief.alt_text)

    mine = CATALOG.with_layout("plain", short).with_layout("short", short)
    wanted = render(sample(CONFIRMED), audience="interviewer").alt_text
    assert words(plain(mine, CONFIRMED)) == wanted
    assert mine.render(sample(CONFIRMED), audience="interviewer", form="short").text == wanted


@frozen(kw_only=True, eq=False, repr=False)
class OfferSent(Alert):
    """An alert this package does not know."""

    type = "offer.sent"
    posting: alerts.Posting
    candidate: alerts.Candidate


def offer_sent(alert: OfferSent, pen: Writer) -> Brief:
    return Brief(
        title=pen.own("title"),
        sentence=pen.own("sentence", candidate=pen.name(alert.candidate.name)),
        rows=pen.row("posting", pen.name(alert.posting.title)),
        buttons=pen.button("button", Target.APPLICANT),
    )


OFFER = Entry(
    info=EntryInfo(
        id="manager.offer.sent",
        audience=Audience.MANAGER,
        event_type="offer.sent",
        relation=Relation.POSTING,
        korean_label="처우 제안 발송",
    ),
    describe=offer_sent,
)


def test_a_callers_own_alert_joins_the_catalog() -> None:
    mine = CATALOG.with_entry(
        OFFER,
        texts={
            "ko": {
                "manager.offer.sent.title": "처우 제안 발송",
                "manager.offer.sent.sentence": "{candidate} 님에게 처우 제안을 보냈습니다.",
                "manager.offer.sent.button": "지원자 보기",
            },
            "en": {"manager.offer.sent.sentence": "An offer was sent to {candidate}."},
        },
    )
    alert = OfferSent(
        event_id="e",
        occurred_at=NOW,
        posting=alerts.Posting("p", "백엔드"),
        candidate=alerts.Candidate("c", "김하늘", "https://ats.example.com/c"),
    )
    assert len(mine) == 27
    assert plain(mine, "manager.offer.sent", alert).content_text == (
        "[처우 제안 발송] 김하늘 님에게 처우 제안을 보냈습니다.\n\n공고: 백엔드"
    )
    english = plain(mine, "manager.offer.sent", alert, locale="en").content_text
    assert "An offer was sent to 김하늘." in english
    assert english.startswith("[처우 제안 발송]")
    with pytest.raises(InvalidValue, match=r"'offer\.sent' has no entry for 'manager'; it has no"):
        render(alert, audience="manager")
    with pytest.raises(InvalidValue, match=r"manager\.offer\.sent\.title: has no text"):
        CATALOG.with_entry(OFFER).render(alert, audience="manager")


def test_an_entry_can_be_replaced_or_taken_away() -> None:
    def brisk(_alert: Alert, pen: Writer) -> Brief:
        return Brief(title=pen.own("title"), sentence="확정!")

    mine = CATALOG.with_entry(evolve(CATALOG[CONFIRMED], describe=brisk, version=2))
    assert words(plain(mine, CONFIRMED)) == "[면접 일정 확정] 확정!"
    assert list(mine) == list(CATALOG)
    fewer = CATALOG.without("manager.interview.confirmed")
    with pytest.raises(InvalidValue, match="it has interviewer"):
        fewer.render(sample(CONFIRMED), audience="manager")
    with pytest.raises(InvalidValue, match="is not the id of an entry"):
        fewer.without("manager.interview.confirmed")


def test_importing_the_catalog_loads_nothing_heavy() -> None:
    code = (
        "import sys, naverworks_notify.catalog;"
        "print([m for m in ('httpx', 'jwt', 'cryptography', 'babel', 'regex', 'tenacity',"
        " 'zoneinfo', 'gettext', 'naverworks_notify.messages.flex',"
        " 'naverworks_notify.messages._actions') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_rendering_everything_needs_neither_httpx_nor_jwt() -> None:
    code = (
        "import sys\n"
        "from naverworks_notify.catalog import CATALOG\n"
        "from naverworks_notify.catalog.samples import sample\n"
        "for entry in CATALOG.values():\n"
        "    CATALOG.render(sample(entry.id), audience=entry.audience, locale='device')\n"
        "print([m for m in ('httpx', 'jwt', 'cryptography') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("locale", ["en", "ja"])
def test_samples_speak_the_language_asked_for(entry, locale) -> None:
    for minimal in (False, True):
        alert = sample(entry, minimal=minimal, locale=locale)
        assert not re.search("[가-힣]", json.dumps(alert.to_dict(), ensure_ascii=False))
        assert type(alert) is type(sample(entry, minimal=minimal))


# --- whose clock, and which year ---


def when_of(alert: Any, **options: Any) -> str:
    brief = CATALOG.describe(alert, audience="interviewer", **options)
    (row,) = [row for row in brief.rows if row.label == "일시"]
    return " | ".join(str(line) for line in row.lines)


def with_interview(**changes: Any) -> Any:
    alert = sample("interviewer.interview.confirmed")
    return evolve(alert, interview=evolve(alert.interview, **changes))


def test_a_reader_reads_the_time_of_their_own_zone() -> None:
    alert = with_interview()
    assert when_of(alert) == "2026-03-04 (수) 14:00–15:00 KST"
    assert when_of(alert, zone="America/New_York") == "2026-03-04 (수) 00:00–01:00 EST"
    message = CATALOG.render(alert, audience="interviewer", zone="America/New_York")
    assert "00:00–01:00 EST" in message.alt_text
    london = CATALOG.with_style(Style(zone="Europe/London"))
    assert "05:00–06:00 GMT" in london.render(alert, audience="interviewer").alt_text
    assert (
        "14:00–15:00 KST"
        in london.render(alert, audience="interviewer", zone="Asia/Seoul").alt_text
    )
    with pytest.raises(InvalidValue, match="IANA"):
        CATALOG.render(alert, audience="interviewer", zone="Mars/Olympus")


def test_the_present_year_goes_without_saying() -> None:
    alert = with_interview()
    for year, told in ((2026, "03-04 (수)"), (2025, "2026-03-04 (수)")):
        now = datetime(year, 6, 1, tzinfo=UTC)
        assert when_of(alert, now=now) == f"{told} 14:00–15:00 KST"
    # The year of the reader's clock, which is another one on new year's eve.
    eve = datetime(2025, 12, 31, 16, tzinfo=UTC)
    assert when_of(alert, now=eve).startswith("03-04")
    assert when_of(alert, now=eve, zone="America/New_York").startswith("2026-03-04")
    with pytest.raises(InvalidValue, match="now: must be aware"):
        CATALOG.render(alert, audience="interviewer", now=datetime(2026, 1, 1))  # noqa: DTZ001
    english = CATALOG.describe(
        alert, audience="interviewer", locale="en", now=datetime(2026, 1, 1, tzinfo=UTC)
    )
    assert "Wed, Mar 4, 14:00" in english.when
    mine = CATALOG.with_texts("ko", {"date": "{year}.{month}.{day}"})
    brief = mine.describe(alert, audience="interviewer", now=datetime(2026, 1, 1, tzinfo=UTC))
    assert brief.when.startswith("2026.03.04")


def test_open_ends_whole_days_and_several_parts_read_naturally() -> None:
    start = with_interview().interview.slot.start_at
    later = alerts.Slot(start + timedelta(days=1), start + timedelta(days=1, hours=2))
    day = alerts.Slot.of_days(date(2026, 3, 4))
    cases = [
        ({"slot": alerts.Slot(start)}, "2026-03-04 (수) 14:00 KST"),
        ({"slot": day}, "2026-03-04 (수) 종일"),
        (
            {"slot": alerts.Slot.of_days(date(2026, 3, 4), date(2026, 3, 6))},
            "2026-03-04 (수) – 2026-03-06 (금)",
        ),
        ({"slot": alerts.Slot(start, all_day=True)}, "2026-03-04 (수) 종일"),
        (
            {"more_slots": (later,)},
            "2026-03-04 (수) 14:00–15:00 KST | 2026-03-05 (목) 14:00–16:00 KST",
        ),
        (
            {"more_slots": (alerts.Slot(start + timedelta(hours=3)),)},
            "2026-03-04 (수) 14:00–15:00, 17:00 KST",
        ),
    ]
    for changes, told in cases:
        assert when_of(with_interview(**changes)) == told
    # A day is the same day everywhere.
    assert when_of(with_interview(slot=day), zone="America/New_York") == "2026-03-04 (수) 종일"
    several = CATALOG.describe(with_interview(more_slots=(later,)), audience="interviewer")
    assert several.when == "2026-03-04 (수) 14:00–15:00 KST 외 1건"
    for entry in ("interview.changed", "interview.cancelled", "interview.reminder"):
        alert = sample(f"interviewer.{entry}")
        for slot in (alerts.Slot(start), day):
            happened = evolve(alert, interview=evolve(alert.interview, slot=slot))
            for form in ("rich", "plain"):
                assert CATALOG.render(happened, audience="interviewer", form=form)


def test_other_ways_to_meet_are_named() -> None:
    told = {"teams": "Microsoft Teams", "naver_works": "NAVER WORKS 화상 회의", "Webex": "Webex"}
    for method, words in told.items():
        brief = CATALOG.describe(with_interview(method=method), audience="interviewer")
        assert words in [str(line) for row in brief.rows for line in row.lines]


def test_a_change_reads_as_a_cancellation_for_who_was_taken_off() -> None:
    alert = evolve(sample("interviewer.interview.changed"), removed_ids=("u-8",))
    brief = CATALOG.describe(alert.variant_for("u-8"), audience="interviewer")
    cancelled = sample("interviewer.interview.cancelled")
    assert brief.title == CATALOG.describe(cancelled, audience="interviewer").title
