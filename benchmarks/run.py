"""Measure everything in one run: print it, and write the page and the picture of the docs.

    python benchmarks/run.py            print, and write docs/*/benchmarks.md and the picture
    python benchmarks/run.py --dry      print only

Exits 1 if a figure misses its target.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
from pathlib import Path

import budget
import imports
import sends
from _figures import Figure, at_most

import catalog
import members
import policy
import tenants

DOCS = Path(__file__).resolve().parents[1] / "docs"
PICTURE = DOCS / "assets" / "benchmarks.svg"

PAGES = {
    "en": """# Benchmarks

What `nox -s bench` measured last, in one run on {machine}. Ratios are of medians of interleaved rounds on one machine, so
that a busy machine changes them little; a ratio above 1 is faster, or cheaper, than what it is compared with. All sends go
to one minimal asyncio server on localhost, with the same headers and body, and without a rate budget.

![Sends a second as ratios to bare httpx](../assets/benchmarks.svg)

{table}
The clients use httpcore, which httpx stands on, directly: they need no redirects, no cookies, and no log of URLs. With
many calls in flight httpx's connection pool is what takes the time; here each connection stands for itself. The extra
`fast` uses aiohttp's connections.
""",
    "ko": """# 벤치마크

`nox -s bench`로 {machine}에서 한 번에 측정한 결과입니다. 비율은 같은 컴퓨터에서 번갈아 실행한 결과의 중앙값끼리
비교하므로, 컴퓨터가 바빠도 크게 달라지지 않습니다. 1보다 크면 비교 대상보다 빠릅니다. 모든 전송은 같은 헤더와 본문으로,
호출 한도 없이, localhost의 작은 asyncio 서버에 보냅니다.

![httpx 대비 초당 전송 수](../assets/benchmarks.svg)

{table}
클라이언트는 httpx의 바탕인 httpcore를 직접 씁니다. 리다이렉트도, 쿠키도, URL 로그도 필요하지 않기 때문입니다. 동시에
진행하는 호출이 많을 때에는 httpx의 연결 풀에 시간이 가장 많이 들지만, 여기서는 연결을 하나씩 따로 다룹니다. `fast`
엑스트라는 aiohttp의 연결을 씁니다.
""",
}
HEADS = {"en": ("", "Figure", "Target"), "ko": ("", "측정값", "목표")}


def deciding_and_rendering() -> list[Figure]:
    group = "Policy and catalog"
    figures = [
        at_most(
            group,
            "deciding for 10 000 people, 100 of them concerned",
            policy.measure(),
            "ms",
            policy.BUDGET_MS,
        )
    ]
    for form, most in catalog.BUDGETS_US.items():
        measured = catalog.measure(form).values()
        spent = statistics.median(spent for spent, _ in measured)
        ratio = statistics.median(ratio for _, ratio in measured)
        figures += [
            at_most(group, f"rendering one alert, {form}", spent, "µs", most),
            Figure(
                group=group, name=f"the same, against `json.dumps`, {form}", value=ratio, unit="×"
            ),
        ]
    return figures


def table(figures: list[Figure], language: str) -> str:
    lines = []
    group = ""
    for figure in figures:
        if figure.group != group:
            group = figure.group
            _, value, target = HEADS[language]
            lines += ["", f"| {group} | {value} | {target} |", "| --- | ---: | --- |"]
        mark = "" if figure.holds is None else (" ✓" if figure.holds else " ✗")
        lines.append(f"| {figure.name} | {figure.told} | {figure.target}{mark} |")
    return "\n".join(lines).lstrip() + "\n"


def picture(figures: list[Figure]) -> str:
    """Return bars of the sends, drawn by hand: a plotting library would be all this needs it for."""
    bars = [figure for figure in figures if figure.unit == "×" and figure.group.startswith("Sends")]
    most = max(bar.value for bar in bars)
    width, left, step = 720, 300, 34
    height = step * len(bars) + 30
    scale = (width - left - 60) / most
    one = left + scale
    parts = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
            'font-family="sans-serif" font-size="13">'
        ),
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        (
            f'<line x1="{one:.0f}" y1="6" x2="{one:.0f}" y2="{height - 22}" stroke="#888" '
            'stroke-dasharray="4 3"/>'
        ),
        f'<text x="{one:.0f}" y="{height - 8}" fill="#666" text-anchor="middle">bare httpx</text>',
    ]
    for place, bar in enumerate(bars):
        y = 10 + place * step
        name = bar.name.replace("`", "")
        fill = "#03a678" if bar.holds is not None else "#9aa5b1"
        parts += [
            f'<text x="{left - 10}" y="{y + 16}" fill="#222" text-anchor="end">{name}</text>',
            f'<rect x="{left}" y="{y}" width="{bar.value * scale:.0f}" height="22" fill="{fill}"/>',
            (
                f'<text x="{left + bar.value * scale + 6:.0f}" y="{y + 16}" fill="#222">'
                f"{bar.value:.2f}</text>"
            ),
        ]
    return "\n".join([*parts, "</svg>", ""])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--dry", action="store_true", help="write nothing")
    dry = parser.parse_args().dry
    figures: list[Figure] = []
    measures = (
        imports.measure,
        sends.measure,
        tenants.measure,
        members.measure,
        budget.measure,
        deciding_and_rendering,
    )
    for measure in measures:
        print(f"{measure.__module__} …", file=sys.stderr, flush=True)
        figures += measure()
    print(table(figures, "en"))
    if not dry:
        machine = f"Python {platform.python_version()}, {os.cpu_count()} CPUs"
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        PICTURE.write_text(picture(figures), encoding="utf-8")
        for language, page in PAGES.items():
            text = page.format(machine=machine, table=table(figures, language))
            (DOCS / language / "benchmarks.md").write_text(text, encoding="utf-8")
    missed = [figure.name for figure in figures if figure.holds is False]
    for name in missed:
        print(f"missed: {name}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
