"""The 26 documented rows, compared with the product's own list typed out a second time.

Source: https://guide.roundhr.com/setting/integrations/notifications/naver_works
"""

from __future__ import annotations

import pytest

from naverworks_notify.alerts import (
    ENTRIES,
    EVENTS,
    Audience,
    Relation,
    Timing,
    entries_of,
    entry_id,
)

# id, Korean label, relation (a: assigned, p: posting, x: addressed), timing (n, r, h)
DOCUMENTED = [
    ("interviewer.document_review.requested", "서류 검토 요청", "a", "n"),
    ("interviewer.interview.availability_requested", "면접 가능한 시간 선택 요청", "a", "n"),
    ("interviewer.interview.confirmed", "면접 일정 확정", "a", "n"),
    ("interviewer.interview.changed", "면접 일정 변경", "a", "n"),
    ("interviewer.interview.cancelled", "면접 일정 취소", "a", "n"),
    ("interviewer.interview.reminder", "면접 일정 리마인더", "a", "r"),
    ("interviewer.interview_evaluation.requested", "면접 평가 요청", "a", "n"),
    ("interviewer.interview_evaluation.re_requested", "면접 평가 재요청", "a", "n"),
    ("interviewer.interview_evaluation.overdue_reminder", "면접 평가 미완료 리마인더", "a", "r"),
    ("interviewer.assignment_evaluation.requested", "과제 평가 요청", "a", "n"),
    ("interviewer.team_chat.mentioned", "팀 채팅 멘션", "x", "n"),
    ("interviewer.automation.approval_requested", "자동화 승인 요청", "x", "n"),
    ("manager.interview.interviewer_time_failed", "면접관 시간 확정 실패", "p", "n"),
    ("manager.interview.interviewer_time_settled", "면접관 시간 확정 완료", "p", "n"),
    ("manager.interview.candidate_no_available_time", "후보자 가능한 시간 없음", "p", "n"),
    ("manager.interview.candidate_time_selected", "후보자 시간 선택 확정", "p", "n"),
    ("manager.interview.confirmed", "면접 일정 확정", "p", "n"),
    ("manager.interview.changed", "면접 일정 변경", "p", "n"),
    ("manager.interview.cancelled", "면접 일정 취소", "p", "n"),
    ("manager.interview.reminder", "면접 일정 리마인더", "p", "r"),
    ("manager.applicant.message_received", "지원자 메시지 수신", "p", "n"),
    ("manager.evaluation.completed", "평가 완료", "p", "n"),
    ("manager.document_evaluation.completed_digest", "서류 평가 알림 (1시간 기준)", "p", "h"),
    ("manager.team_chat.mentioned", "팀 채팅 멘션", "x", "n"),
    ("manager.automation.approval_requested", "자동화 승인 요청", "x", "n"),
    ("manager.task.reminder", "업무 리마인더", "x", "r"),
]
RELATIONS = {"a": Relation.ASSIGNED, "p": Relation.POSTING, "x": Relation.ADDRESSED}
TIMINGS = {"n": Timing.IMMEDIATE, "r": Timing.REMINDER, "h": Timing.HOURLY_DIGEST}


def test_rows_are_the_documented_ones_in_the_documented_order() -> None:
    assert [(row.id, row.korean_label, row.relation, row.timing) for row in ENTRIES.values()] == [
        (name, label, RELATIONS[relation], TIMINGS[timing])
        for name, label, relation, timing in DOCUMENTED
    ]


def test_twenty_events_feed_the_rows() -> None:
    fed = {row.event_type for row in ENTRIES.values()}
    assert len(fed) == 20
    assert set(EVENTS) == fed | {"document_evaluation.completed_digest"}


@pytest.mark.parametrize("row", ENTRIES.values(), ids=ENTRIES)
def test_fields_of_a_row_are_those_of_its_event(row) -> None:
    event = EVENTS[row.id.partition(".")[2]]
    envelope = {"event_id!", "occurred_at!", "locale?", "assignee_ids?", "actor_id?"}
    fields = set()
    for attribute in event.__attrs_attrs__:
        if attribute.init:
            # attrs marks a field without a default by its own NOTHING.
            mark = "!" if attribute.default.__class__.__name__ == "_Nothing" else "?"
            fields.add(f"{attribute.name}{mark}")
    assert set(row.fields) == fields - envelope


def test_only_posting_rows_are_kept_from_posting_members() -> None:
    kept = {row.id for row in ENTRIES.values() if row.posting_related}
    assert kept == {name for name, _, relation, _ in DOCUMENTED if relation == "p"}


def test_an_event_knows_its_rows_interviewer_first() -> None:
    assert [row.audience for row in entries_of("interview.confirmed")] == [
        Audience.INTERVIEWER,
        Audience.MANAGER,
    ]
    assert entries_of("interview.unheard_of") == ()


@pytest.mark.parametrize(
    "name", ["document_evaluation.completed", "document_evaluation.completed_digest"]
)
def test_a_document_evaluation_and_its_digest_share_a_row(name) -> None:
    assert entry_id(name, Audience.MANAGER) == "manager.document_evaluation.completed_digest"
    assert [row.id for row in entries_of(name)] == ["manager.document_evaluation.completed_digest"]


def test_an_unknown_event_gets_an_id_by_the_rule() -> None:
    assert entry_id("offer.sent", "manager") == "manager.offer.sent"
