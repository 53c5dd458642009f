"""One measured figure, and what it is held to."""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class Figure:
    """A figure of one run.

    Attributes:
        name: What was measured.
        value: The figure.
        unit: `×` for a ratio, else ms, µs, MB, %.
        target: What it is held to, as text; empty where it stands for comparison only.
        holds: Whether it does; None where there is no target.
        group: Which figures belong together.
    """

    group: str
    name: str
    value: float
    unit: str
    target: str = ""
    holds: bool | None = None

    @property
    def told(self) -> str:
        digits = 2 if abs(self.value) < 10 else 0
        return f"{self.value:.{digits}f} {self.unit}"


def at_most(group: str, name: str, value: float, unit: str, most: float) -> Figure:
    return Figure(
        group=group,
        name=name,
        value=value,
        unit=unit,
        target=f"≤ {most:g} {unit}",
        holds=value <= most,
    )


def at_least(group: str, name: str, value: float, unit: str, least: float) -> Figure:
    return Figure(
        group=group,
        name=name,
        value=value,
        unit=unit,
        target=f"≥ {least:g} {unit}",
        holds=value >= least,
    )
