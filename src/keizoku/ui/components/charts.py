"""Charts drawn by the server as SVG: shares with their intervals, counts by day, a course with its outlook.

Numbers stand in HTML beside the drawing, so that they stay readable at 360 px; a drawing's colours are never its only sign
(a point, a whisker, a dashed line). Every chart's title states the finding and its text alternative says the same numbers.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, TypedDict

from keizoku.ui.formats import counted
from keizoku.ui.speaking import plainly

_TOPS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class IntervalRow:
    """``part`` of ``whole`` under a label, with the interval of its share; all None where there is nothing to divide."""

    label: str
    part: int
    whole: int
    low: float | None
    high: float | None


class IntervalMark(TypedDict):
    row: IntervalRow
    share: str
    spread: str
    point: str
    left: str
    right: str


class IntervalContext(TypedDict):
    finding: str
    top: str
    whole_label: str
    part_label: str
    marks: list[IntervalMark]


def interval_chart(
    finding: str, rows: Sequence[IntervalRow], *, whole_label: str = "送った数", part_label: str = "回答"
) -> IntervalContext:
    """A table whose cells draw each share as a point with whiskers, all on one scale from 0."""
    highest = max((row.high for row in rows if row.high is not None), default=0.0)
    top = next((each for each in _TOPS if each >= highest), 1.0)
    return {
        "finding": finding,
        "top": f"{100 * top:g}%",
        "whole_label": whole_label,
        "part_label": part_label,
        "marks": [_mark(row, top) for row in rows],
    }


def _mark(row: IntervalRow, top: float) -> IntervalMark:
    if row.low is None or row.high is None or not row.whole:
        return {"row": row, "share": "—", "spread": "", "point": "", "left": "", "right": ""}
    share = min(row.part / row.whole, 1.0)
    return {
        "row": row,
        "share": f"{100 * share:.1f}%",
        "spread": f"{100 * row.low:.1f}{plainly('〜')}{100 * row.high:.1f}%",
        "point": f"{100 * share / top:.2f}%",
        "left": f"{100 * row.low / top:.2f}%",
        "right": f"{100 * row.high / top:.2f}%",
    }


@dataclass(frozen=True)
class DayPoint:
    day: date
    count: int


class DayContext(TypedDict):
    finding: str
    alternative: str
    line: str
    area: str
    first: str
    last: str
    most: str


def day_chart(finding: str, points: Sequence[DayPoint], *, unit: str = "人") -> DayContext:
    """Counts by day as a line over all days from the first to the last; a day without a point counts nothing."""
    counts = _every_day(points)
    most = max((point.count for point in counts), default=0)
    line = _line([point.count for point in counts], most, len(counts))
    busiest = max(counts, key=lambda point: point.count, default=None)
    peak = (
        _said("最多 {}（{}）", counted(busiest.count, unit), busiest.day) if busiest and busiest.count else ""
    )
    first, last = (counts[0].day, counts[-1].day) if counts else (None, None)
    return {
        "finding": finding,
        "alternative": _said(
            "{}。{}から{}まで、合計{}。",
            plainly(finding),
            first,
            last,
            counted(sum(p.count for p in counts), unit),
        )
        + peak,
        "line": line,
        "area": f"0,100 {line} 100,100",
        "first": str(first or ""),
        "last": str(last or ""),
        "most": peak,
    }


def _every_day(points: Sequence[DayPoint]) -> list[DayPoint]:
    if not points:
        return []
    known = {point.day: point.count for point in points}
    first, last = min(known), max(known)
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    return [DayPoint(day, known.get(day, 0)) for day in days]


def _line(values: Sequence[float], top: float, width: int) -> str:
    """Points of a polyline in a box of 100 by 100; a single value is a level line."""
    if len(values) == 1:
        values = [*values, *values]
        width = 2
    return " ".join(
        f"{100 * place / max(width - 1, 1):.2f},{_height(value, top):.2f}"
        for place, value in enumerate(values)
    )


def _height(value: float, top: float) -> float:
    """From the top of the box, with room for the line's own width."""
    return 98 - 95 * (value / top if top else 0)


@dataclass(frozen=True)
class Outlook:
    """Where the sum may stand at the end of ``on``."""

    on: date
    low: int
    middle: int
    high: int


class OutlookContext(TypedDict):
    finding: str
    alternative: str
    line: str
    band: str
    dashes: str
    first: str
    today: str
    last: str
    outlook: Outlook
    answered: int
    unit: str


def outlook_chart(
    finding: str, points: Sequence[DayPoint], outlook: Outlook, *, unit: str = "人"
) -> OutlookContext:
    """The sum so far as a line, and from its end to the outlook's day a dashed line within a band."""
    counts = _every_day(points)
    sums: list[int] = []
    for point in counts:
        sums.append((sums[-1] if sums else 0) + point.count)
    first, today = (counts[0].day, counts[-1].day) if counts else (outlook.on, outlook.on)
    width = max((outlook.on - first).days, 1)
    answered = sums[-1] if sums else 0
    here = f"{100 * (today - first).days / width:.2f},{_height(answered, outlook.high):.2f}"
    low, middle, high = (
        f"100,{_height(value, outlook.high):.2f}" for value in (outlook.low, outlook.middle, outlook.high)
    )
    spread = f"{outlook.low:,}{plainly('〜')}{counted(outlook.high, unit)}"
    return {
        "finding": finding,
        "alternative": _said(
            "{}。いま{}、{}の見込み{}、幅{}。",
            plainly(finding),
            counted(answered, unit),
            outlook.on,
            counted(outlook.middle, unit),
            spread,
        ),
        "line": " ".join(
            f"{100 * (point.day - first).days / width:.2f},{_height(value, outlook.high):.2f}"
            for point, value in zip(counts, sums, strict=True)
        ),
        "band": f"{here} {high} {low}",
        "dashes": f"{here} {middle}",
        "first": str(first),
        "today": str(today),
        "last": str(outlook.on),
        "outlook": outlook,
        "answered": answered,
        "unit": unit,
    }


def _said(sentence: str, *filled: object) -> str:
    """A sentence in the page's language; its parts are said already."""
    return plainly(sentence).format(*filled)
