"""The members of the demo's company, as the simulated directory holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from naverworks_notify.simulator import SimulatedUser

__all__ = ["company"]


def company() -> tuple[SimulatedUser, ...]:
    """Return the users of NAVER WORKS for the people of the day.

    As in a real company the two lists do not agree in everything: one address is written in
    capitals, one person uses an alias, one account is suspended, one person has no account.
    """
    from naverworks_notify.simulator import SimulatedUser  # noqa: PLC0415 - loads the simulator

    return (
        SimulatedUser(email="haneul.jung@example.com", name="정하늘", title="채용 총괄"),
        SimulatedUser(email="seoyeon.park@example.com", name="박서연", title="채용 매니저"),
        SimulatedUser(email="Doyoon.Lee@Example.com", name="이도윤", title="백엔드 리드"),
        SimulatedUser(email="jiwoo.kim@example.com", name="김지우", title="SRE"),
        SimulatedUser(
            email="sato@example.com",
            name="사토 켄타",
            title="백엔드 엔지니어",
            aliases=("kenta.sato@example.com",),
            locale="ja_JP",
        ),
        SimulatedUser(
            email="daniel.reyes@example.com",
            name="Daniel Reyes",
            title="Backend engineer, Berlin",
            locale="en_US",
        ),
        SimulatedUser(email="minjae.choi@example.com", name="최민재", title="인사 매니저"),
        SimulatedUser(email="yuna.han@example.com", name="한유나", title="플랫폼 팀장"),
        SimulatedUser(email="sora.yoon@example.com", name="윤소라", title="프로덕트 팀장"),
        SimulatedUser(email="taeho.kang@example.com", name="강태호", title="플랫폼 엔지니어"),
        SimulatedUser(email="arin.oh@example.com", name="오아린", title="인사 총괄"),
        SimulatedUser(email="woojin.bae@example.com", name="배우진", title="채용 매니저"),
        SimulatedUser(email="gaeun.lim@example.com", name="임가은", title="프로덕트 디자이너"),
        SimulatedUser(
            email="hyejin.song@example.com",
            name="송혜진",
            title="프로덕트 디자이너",
            suspended=True,
        ),
    )
