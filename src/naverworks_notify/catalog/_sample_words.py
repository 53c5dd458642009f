"""What the examples say in English and Japanese, for people who look at them in their language."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["WORDS"]

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
