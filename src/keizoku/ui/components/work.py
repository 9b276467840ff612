"""What is done or counted: funnels, progress, danger, filters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypedDict

from keizoku.ui.formats import counted, time_left
from keizoku.ui.speaking import plainly


@dataclass(frozen=True)
class FunnelStep:
    label: str
    count: int
    url: str = ""
    note: str = ""


class Bar(TypedDict):
    step: FunnelStep
    width: str
    share_of_first: str
    lost: int | None


class FunnelContext(TypedDict):
    finding: str
    bars: list[Bar]


def percent(part: int, whole: int) -> str:
    """One decimal, never rounding somebody away: 0.04 % is ``0.1%未満``, not ``0.0%``."""
    if not whole:
        return "—"
    share = 100 * part / whole
    if part and share < 0.1:  # noqa: PLR2004 - one decimal shown
        return plainly("0.1%未満")
    return f"{share:.1f}%"


def funnel(finding: str, steps: Sequence[FunnelStep]) -> FunnelContext:
    """Horizontal bars inside their own table. ``finding`` is a sentence: 「3,102人が開いて、まだ答えていません」."""
    widest = max((step.count for step in steps), default=0)
    first = steps[0].count if steps else 0
    before = [None, *(step.count for step in steps)]
    return {
        "finding": finding,
        "bars": [
            {
                "step": step,
                "width": f"{100 * step.count / widest:.2f}%" if widest else "0%",
                "share_of_first": percent(step.count, first),
                "lost": None if previous is None or previous < step.count else previous - step.count,
            }
            for step, previous in zip(steps, before, strict=False)
        ],
    }


class ProgressContext(TypedDict):
    label: str
    done: int
    total: int
    is_total_known: bool
    left: str
    is_finished: bool
    poll_url: str
    every_seconds: int
    note: str
    id: str


def work_progress(
    label: str,
    *,
    done: int,
    total: int,
    seconds_left: float | None = None,
    poll_url: str = "",
    finished: bool | None = None,
    note: str = "",
    every_seconds: int = 2,
    key: str = "work",
) -> ProgressContext:
    """Long work with its count and the time left. While it runs, htmx asks ``poll_url``, which answers with this
    component; a finished one no longer asks. The work goes on when the page is closed, and says so.
    """
    is_finished = done >= total > 0 if finished is None else finished
    return {
        "label": label,
        "done": done,
        "total": total,
        "is_total_known": total > 0,
        "left": "" if is_finished else time_left(seconds_left),
        "is_finished": is_finished,
        "poll_url": "" if is_finished else poll_url,
        "every_seconds": every_seconds,
        "note": note,
        "id": f"progress_{key}",
    }


class ProgressBarContext(TypedDict):
    label: str
    value: int
    maximum: int
    share: str


def progress_bar(label: str, value: int, maximum: int) -> ProgressBarContext:
    return {"label": label, "value": value, "maximum": maximum, "share": percent(value, maximum)}


class ConfirmContext(TypedDict):
    title: str
    facts: Iterable[tuple[str, object]]
    number: int
    number_shown: str
    button: str
    name: str
    error: str
    described_by: str
    cancel_url: str
    hidden: Iterable[tuple[str, str]]
    action: str


def confirm_panel(
    title: str,
    *,
    number: int,
    button: str,
    facts: Iterable[tuple[str, object]] = (),
    name: str = "typed_number",
    error: str = "",
    cancel_url: str = "",
    hidden: Iterable[tuple[str, str]] = (),
    unit: str = "人",
    action: str = "",
) -> ConfirmContext:
    """The second screen before something that reaches many people: facts again, the number typed by hand, an exact
    button. It posts ``name``; whoever receives it compares digits (full width and commas tolerated) with the number.
    """
    wrong = f" id_{name}_error" if error else ""
    return {
        "title": title,
        "facts": facts,
        "number": number,
        "number_shown": counted(number, unit),
        "button": button,
        "name": name,
        "error": error,
        "described_by": f"id_{name}_hint{wrong}",
        "cancel_url": cancel_url,
        "hidden": hidden,
        "action": action,
    }


@dataclass(frozen=True)
class FilterPart:
    """A piece of the sentence: words when ``name`` is empty, a list when it has ``options``, otherwise an input."""

    text: str = ""
    name: str = ""
    label: str = ""
    value: str = ""
    options: Sequence[tuple[str, str]] = ()
    kind: str = "text"

    @property
    def id(self) -> str:
        return f"filter_{self.name}"


class FilterContext(TypedDict):
    parts: Sequence[FilterPart]
    button: str
    clear_url: str


def filter_bar(
    parts: Sequence[FilterPart], *, button: str = "この条件で見る", clear_url: str = ""
) -> FilterContext:
    """A GET form that reads as a sentence: 「[すべての支店]の[リスク高]のお客さまのうち、期日が[今月中]の方」."""
    return {"parts": parts, "button": button, "clear_url": clear_url}
