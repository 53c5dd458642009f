"""An example alert for every entry: for previews, galleries, snapshots and trying things out.

Example:
    >>> from naverworks_notify.catalog import render
    >>> content = render(sample("interviewer.interview.confirmed"), audience="interviewer")
    >>> content.alt_text
    '김하늘 님의 면접 일정이 확정되었습니다. 2026-03-04 (수) 14:00–15:00 KST'
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from naverworks_notify.alerts import ENTRIES, Alert, from_dict, normalize_locale

__all__ = ["WORDS", "sample"]

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "백엔드 엔지니어": "Backend Engineer",
        "서류 검토": "Document review",
        "1차 면접": "First interview",
        "과제 전형": "Assignment",
        "김하늘": "Haneul Kim",
        "최지우": "Jiwoo Choi",
        "한소희": "Sohee Han",
        "오민준": "Minjun Oh",
        "윤서아": "Seoa Yoon",
        "田中 葵": "Aoi Tanaka",
        "이도윤": "Doyun Lee",
        "박서연": "Seoyeon Park",
        "정유진": "Yujin Jung",
        "이도윤, 박서연": "Doyun Lee, Seoyeon Park",
        "포트폴리오를 미리 읽어 주세요.": "Please read the portfolio beforehand.",
        "본사 8층 회의실 A": "Head office, 8F, room A",
        "이번 주 안에 검토를 마치려고 합니다.\n경력 기술서를 먼저 봐 주세요.": (
            "We would like to finish this week.\nPlease start with the work history."
        ),
        "지원자가 지원을 철회했습니다.": "The applicant withdrew.",
        "기술 역량 항목을 보완해 주세요.": "Please add to the section on technical skills.",
        "결제 API 설계 과제": "Designing a payment API",
        "@이도윤 님, 2차 면접 진행해도 될까요?": "@Doyun Lee shall we go on to a second interview?",
        "서류 합격 안내": "Documents passed",
        "서류 합격자에게 합격 안내 메일을 보내고 1차 면접 단계로 이동": (
            "Mail those whose documents passed and move them to the first interview"
        ),
        "다음 주에는 모두 가능합니다.": "Any time next week is fine.",
        "면접 장소를 다시 알려 주실 수 있을까요?": "Could you tell me the place again?",
        "추천": "Recommended",
        "합격": "Passed",
        "처우 협의안 준비": "Prepare the offer",
        "지난번 협의 내용을 함께 확인해 주세요.": "Please check what was agreed last time.",
    },
    "ja": {
        "백엔드 엔지니어": "バックエンドエンジニア",
        "서류 검토": "書類選考",
        "1차 면접": "一次面接",
        "과제 전형": "課題選考",
        "김하늘": "高橋 空",
        "최지우": "中村 結衣",
        "한소희": "小林 咲",
        "오민준": "山本 蓮",
        "윤서아": "渡辺 莉子",
        "이도윤": "伊藤 悠真",
        "박서연": "鈴木 美咲",
        "정유진": "佐藤 千尋",
        "이도윤, 박서연": "伊藤 悠真, 鈴木 美咲",
        "포트폴리오를 미리 읽어 주세요.": "事前にポートフォリオをお読みください。",
        "본사 8층 회의실 A": "本社8階 会議室A",
        "이번 주 안에 검토를 마치려고 합니다.\n경력 기술서를 먼저 봐 주세요.": (
            "今週中に選考を終える予定です。\n職務経歴書からご確認ください。"
        ),
        "지원자가 지원을 철회했습니다.": "応募者が選考を辞退しました。",
        "기술 역량 항목을 보완해 주세요.": "技術力の項目を補足してください。",
        "결제 API 설계 과제": "決済APIの設計課題",
        "@이도윤 님, 2차 면접 진행해도 될까요?": "@伊藤さん、二次面接に進めてもよいでしょうか。",
        "서류 합격 안내": "書類選考通過の案内",
        "서류 합격자에게 합격 안내 메일을 보내고 1차 면접 단계로 이동": (
            "書類選考の通過者に案内メールを送り、一次面接へ進める"
        ),
        "다음 주에는 모두 가능합니다.": "来週であればいつでも可能です。",
        "면접 장소를 다시 알려 주실 수 있을까요?": "面接の場所をもう一度教えていただけますか。",
        "추천": "推薦",
        "합격": "合格",
        "처우 협의안 준비": "オファー条件の準備",
        "지난번 협의 내용을 함께 확인해 주세요.": "前回の協議内容もあわせてご確認ください。",
    },
}
"""Language → Korean text of an example → the same in that language."""


_Json = dict[str, Any]


def _at(day: int, time: str) -> str:
    return f"2026-03-{day:02}T{time}:00+09:00"


def _slot(day: int, start: str, end: str) -> _Json:
    return {"start_at": _at(day, start), "end_at": _at(day, end)}


_ATS = "https://ats.example.com"
_POSTING = {"id": "p-1", "title": "백엔드 엔지니어", "team": "t-1", "url": f"{_ATS}/p/p-1"}
_CANDIDATE = {"id": "c-1", "name": "김하늘", "url": f"{_ATS}/c/c-1"}
_APPLIED = {"kind": "review", "title": "서류 검토"}
_FIRST = {"kind": "interview", "title": "1차 면접"}
_DOYUN, _SEOYEON = {"id": "u-2", "name": "이도윤"}, {"id": "u-3", "name": "박서연"}
_MANAGER = {"id": "u-9", "name": "정유진"}
_ABOUT = {"posting": _POSTING, "candidate": _CANDIDATE, "stage": _FIRST}
_INTERVIEW = {
    "id": "iv-1",
    "slot": _slot(4, "14:00", "15:00"),
    "round": 1,
    "kind": "individual",
    "method": "google_meet",
    "meeting_url": "https://meet.example.com/abc-defg-hij",
    "interviewers": [_DOYUN, _SEOYEON],
    "note": "포트폴리오를 미리 읽어 주세요.",
    "url": f"{_ATS}/i/iv-1",
}

_ON_SITE = {
    "id": "iv-2",
    "slot": _slot(4, "14:00", "15:00"),
    "round": 1,
    "method": "in_person",
    "location": "본사 8층 회의실 A",
    "interviewers": [_DOYUN, _SEOYEON],
    "url": f"{_ATS}/i/iv-2",
}

# Each row: what is required, then what may be left out.
_PAYLOADS: Mapping[str, tuple[_Json, _Json]] = {
    "document_review.requested": (
        {
            "posting": _POSTING,
            "candidates": [
                {"id": f"c-{number}", "name": name, "url": f"{_ATS}/c/c-{number}"}
                for number, name in enumerate(
                    ("김하늘", "최지우", "Alex Kim", "한소희", "오민준", "윤서아", "田中 葵"), 1
                )
            ],
        },
        {
            "stage": _APPLIED,
            "requested_by": _MANAGER,
            "due_at": _at(5, "18:00"),
            "message": "이번 주 안에 검토를 마치려고 합니다.\n경력 기술서를 먼저 봐 주세요.",
        },
    ),
    "interview.availability_requested": (
        {"posting": _POSTING, "candidate": _CANDIDATE},
        {
            "stage": _FIRST,
            "deadline": _at(3, "18:00"),
            "duration_minutes": 90,
            "period": {"start_at": _at(9, "00:00"), "end_at": _at(14, "00:00")},
            "interviewers": [_DOYUN, _SEOYEON],
            "requested_by": _MANAGER,
        },
    ),
    "interview.confirmed": (
        {"posting": _POSTING, "candidate": _CANDIDATE, "interview": _INTERVIEW},
        {"stage": _FIRST},
    ),
    "interview.changed": (
        {"posting": _POSTING, "candidate": _CANDIDATE, "interview": _INTERVIEW},
        {
            "stage": _FIRST,
            "previous_slot": _slot(3, "10:00", "11:00"),
            "changes": [
                {"field": "method", "before": "in_person", "after": "google_meet"},
                {"field": "location", "before": "본사 8층 회의실 A"},
                {"field": "interviewers", "before": "이도윤", "after": "이도윤, 박서연"},
            ],
            "changed_by": _MANAGER,
        },
    ),
    "interview.cancelled": (
        {"posting": _POSTING, "candidate": _CANDIDATE, "interview": _ON_SITE},
        {"stage": _FIRST, "reason": "지원자가 지원을 철회했습니다.", "cancelled_by": _MANAGER},
    ),
    "interview.reminder": (
        {"posting": _POSTING, "candidate": _CANDIDATE, "interview": _INTERVIEW},
        {"stage": _FIRST, "minutes_before": 60},
    ),
    "interview_evaluation.requested": (
        {"posting": _POSTING, "candidate": _CANDIDATE},
        {
            "stage": _FIRST,
            "interview": _INTERVIEW,
            "due_at": _at(6, "18:00"),
            "requested_by": _MANAGER,
        },
    ),
    "interview_evaluation.re_requested": (
        {"posting": _POSTING, "candidate": _CANDIDATE},
        {
            "stage": _FIRST,
            "interview": _INTERVIEW,
            "due_at": _at(9, "12:00"),
            "requested_by": _MANAGER,
            "message": "기술 역량 항목을 보완해 주세요.",
            "attempt": 2,
        },
    ),
    "interview_evaluation.overdue_reminder": (
        {"posting": _POSTING, "candidate": _CANDIDATE},
        {
            "stage": _FIRST,
            "interview": _INTERVIEW,
            "interview_ended_at": _at(4, "15:00"),
            "days_overdue": 3,
            "due_at": _at(6, "18:00"),
        },
    ),
    "assignment_evaluation.requested": (
        {"posting": _POSTING, "candidate": _CANDIDATE},
        {
            "stage": {"kind": "review", "title": "과제 전형"},
            "assignment_title": "결제 API 설계 과제",
            "submitted_at": _at(2, "21:30"),
            "due_at": _at(6, "18:00"),
            "requested_by": _MANAGER,
        },
    ),
    "team_chat.mentioned": (
        {"candidate": _CANDIDATE, "author": _SEOYEON},
        {
            "posting": _POSTING,
            "excerpt": "@이도윤 님, 2차 면접 진행해도 될까요?",
            "mentioned_at": _at(2, "11:20"),
        },
    ),
    "automation.approval_requested": (
        {
            "automation_name": "서류 합격 안내",
            "action_summary": "서류 합격자에게 합격 안내 메일을 보내고 1차 면접 단계로 이동",
        },
        {
            "posting": _POSTING,
            "candidate_count": 12,
            "requested_by": _MANAGER,
            "expires_at": _at(3, "12:00"),
        },
    ),
    "interview.interviewer_time_failed": (
        {"posting": _POSTING, "candidate": _CANDIDATE, "reason": "no_common_slot"},
        {
            "stage": _FIRST,
            "interviewers": [_DOYUN, _SEOYEON],
            "pending": [_SEOYEON],
            "deadline": _at(3, "18:00"),
        },
    ),
    "interview.interviewer_time_settled": (
        {"posting": _POSTING, "candidate": _CANDIDATE},
        {
            "stage": _FIRST,
            "slots": [
                _slot(9, "10:00", "11:00"),
                _slot(9, "14:00", "15:00"),
                _slot(10, "16:00", "17:00"),
            ],
            "auto_requested": False,
            "interviewers": [_DOYUN, _SEOYEON],
        },
    ),
    "interview.candidate_no_available_time": (
        {"posting": _POSTING, "candidate": _CANDIDATE},
        {
            "stage": _FIRST,
            "offered": [_slot(9, "10:00", "11:00"), _slot(10, "16:00", "17:00")],
            "candidate_note": "다음 주에는 모두 가능합니다.",
        },
    ),
    "interview.candidate_time_selected": (
        {
            "posting": _POSTING,
            "candidate": _CANDIDATE,
            "slots": [_slot(9, "10:00", "11:00"), _slot(10, "16:00", "17:00")],
            "needs_confirmation": True,
        },
        {"stage": _FIRST},
    ),
    "applicant.message_received": (
        {"posting": _POSTING, "candidate": _CANDIDATE},
        {
            "stage": _FIRST,
            "sent_at": _at(2, "13:05"),
            "channel": "chat",
            "excerpt": "면접 장소를 다시 알려 주실 수 있을까요?",
        },
    ),
    "evaluation.completed": (
        {"posting": _POSTING, "candidate": _CANDIDATE, "evaluation_kind": "interview"},
        {
            "stage": _FIRST,
            "completed_at": _at(5, "17:40"),
            "submitted_count": 2,
            "total_count": 2,
            "result": "추천",
        },
    ),
    "document_evaluation.completed": (
        {
            "posting": _POSTING,
            "window": _slot(2, "14:05", "15:05"),
            "items": [
                {
                    "candidate": {"id": f"c-{number}", "name": name},
                    "completed_at": _at(2, f"14:{5 + number * 7:02}"),
                    "stage": _APPLIED,
                    "submitted_count": 3,
                    "total_count": 3,
                    "result": "합격",
                }
                for number, name in enumerate(
                    ("김하늘", "최지우", "Alex Kim", "한소희", "오민준", "윤서아", "田中 葵"), 0
                )
            ],
        },
        {},
    ),
    "task.reminder": (
        {"title": "처우 협의안 준비"},
        {
            "due_at": _at(3, "10:00"),
            "note": "지난번 협의 내용을 함께 확인해 주세요.",
            "candidate": _CANDIDATE,
            "posting": _POSTING,
            "created_by": _MANAGER,
        },
    ),
}


def sample(entry_id: str, *, minimal: bool = False, locale: str = "ko") -> Alert:
    """Return an example alert for a documented entry.

    Args:
        entry_id: A catalog id.
        minimal: True for one without any optional field and without any link.
        locale: The language of its names and words; ko, en or ja.

    Raises:
        KeyError: There is no documented entry of that id.
        InvalidValue: There is no such language.
    """
    info = ENTRIES[entry_id]
    required, optional = _PAYLOADS[info.event_type]
    name = info.event_type
    if "items" in required:
        name = "document_evaluation.completed_digest"
    payload = _stripped(required) if minimal else {**required, **optional}
    payload = _worded(payload, WORDS.get(normalize_locale(locale), {}))
    return from_dict(
        {"type": name, "event_id": f"ev-{name}", "occurred_at": _at(2, "10:00"), **payload}
    )


# What every value has to have; everything else is optional.
_ESSENTIAL = frozenset(
    {"id", "name", "title", "slot", "start_at", "end_at", "candidate", "completed_at"}
)


def _stripped(required: _Json) -> _Json:
    return {key: _essence(value) for key, value in required.items()}


def _essence(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _essence(each) for key, each in value.items() if key in _ESSENTIAL}
    if isinstance(value, list):
        return [_essence(each) for each in value[:1]]
    return value


def _worded(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _worded(each, words) for key, each in value.items()}
    if isinstance(value, list):
        return [_worded(each, words) for each in value]
    return words.get(value, value) if isinstance(value, str) else value
