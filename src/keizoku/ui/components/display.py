"""What is shown: badges, masked values, tables, tiles, timelines, comparisons, previews."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, TypedDict

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from keizoku.ui.formats import unit_of
from keizoku.ui.speaking import told

Tone = Literal["neutral", "progress", "good", "attention", "bad"]

# A shape for each tone, since colour alone says nothing to many people and to print.
MARKS: dict[str, str] = {"neutral": "○", "progress": "◐", "good": "●", "attention": "▲", "bad": "✕"}
NOTICE_MARKS: dict[str, str] = {"progress": "i", "good": "✓", "attention": "!", "bad": "✕"}

LEVELS: dict[str, tuple[str, Tone, int]] = {
    "high": ("高", "bad", 3),
    "medium": ("中", "attention", 2),
    "low": ("低", "good", 1),
}


class BadgeContext(TypedDict):
    label: str
    tone: str
    mark: str


def badge(label: str, tone: str = "neutral") -> BadgeContext:
    """A state: a shape and a word, on a ground."""
    return {"label": label, "tone": tone, "mark": MARKS.get(tone, MARKS["neutral"])}


class LevelContext(TypedDict):
    label: str
    tone: str
    bars: str


def level_badge(level: str) -> LevelContext:
    """A customer's risk level: word and bars. ``high``, ``medium``, ``low``; anything else is 未評価."""
    label, tone, bars = LEVELS.get(level, ("未評価", "neutral", 0))
    return {"label": label, "tone": tone, "bars": "▮" * bars + "▯" * (3 - bars)}


def badge_cell(label: str, tone: str = "neutral") -> SafeString:
    """A badge for a table's cell."""
    return render_to_string("ui/components/badge.html", {**badge(label, tone)})


def level_cell(level: str) -> SafeString:
    """A risk level for a table's cell."""
    return render_to_string("ui/components/level_badge.html", {**level_badge(level)})


class MaskedContext(TypedDict):
    label: str
    id: str
    url: str
    revealed: str
    recorded_at: datetime | None
    reasons: Sequence[str]
    error: str


REASONS = ("審査のため", "お客さまからのお問い合わせのため", "届かなかったお知らせの確認のため")


def masked(
    label: str,
    key: str,
    *,
    url: str = "",
    revealed: str = "",
    recorded_at: datetime | None = None,
    reasons: Sequence[str] = REASONS,
    error: str = "",
) -> MaskedContext:
    """A value that looks masked. ``url`` receives POST ``key`` and ``purpose``; it answers with this same component,
    ``revealed`` and ``recorded_at`` filled (htmx swaps it in; without htmx the view shows the page again).
    Without ``url`` the reader may not unmask it.
    """
    return {
        "label": label,
        "id": f"masked_{key}",
        "url": url,
        "revealed": revealed,
        "recorded_at": recorded_at,
        "reasons": reasons,
        "error": error,
    }


@dataclass(frozen=True)
class Column:
    label: str
    is_number: bool = False
    is_wide: bool = False


@dataclass(frozen=True)
class Row:
    """``cells`` in the order of the columns; the first cell links to ``url``."""

    cells: Sequence[object]
    url: str = ""


class TableContext(TypedDict):
    caption: str
    columns: Sequence[Column]
    rows: list[tuple[Row, list[tuple[Column, object]]]]
    is_caption_shown: bool


def data_table(
    caption: str, columns: Sequence[Column], rows: Sequence[Row], *, show_caption: bool = False
) -> TableContext:
    """A table of cells; a cell may be text, a number or safe markup (a badge made with ``{% badge … as x %}``).

    What is text is shown as it is: words of ours are said before, or are a ``Sentence``.
    """
    return {
        "caption": caption,
        "columns": columns,
        "rows": [(row, list(zip(columns, map(told, row.cells), strict=True))) for row in rows],
        "is_caption_shown": show_caption,
    }


class PagerContext(TypedDict):
    previous_url: str
    next_url: str
    shown: int
    total: int | None


def pager(
    *, shown: int, previous_url: str = "", next_url: str = "", total: int | None = None
) -> PagerContext:
    """Key-set paging: only to the neighbours, never to page 812."""
    return {"previous_url": previous_url, "next_url": next_url, "shown": shown, "total": total}


@dataclass(frozen=True)
class Tile:
    """One number that matters. ``value`` is already formatted (``12,438``), ``unit`` stands small beside it."""

    label: str
    value: str
    unit: str = ""
    note: str = ""
    url: str = ""
    tone: Tone = "neutral"

    @property
    def unit_words(self) -> str:
        return unit_of(self.value, self.unit)


@dataclass(frozen=True)
class TimelineEvent:
    at: datetime
    title: str
    actor: str = ""
    note: str = ""
    url: str = ""
    tone: Tone = "neutral"

    @property
    def mark(self) -> str:
        return MARKS[self.tone]


@dataclass(frozen=True)
class Comparison:
    """One field of the record: what is known, what is proposed, and where each came from.

    ``accept_name`` makes the row choosable: a check box of that name, value ``accept_value``.
    """

    label: str
    old: object
    new: object
    source: str
    old_source: str = ""
    is_changed: bool = True
    accept_name: str = ""
    accept_value: str = ""
    is_accepted: bool = True


@dataclass(frozen=True)
class Message:
    """What a customer will see: a LINE bubble, a mail, an SMS or a letter. ``lines`` are shown one under another.

    ``picture`` is the address of an image of the whole page, and stands in their place; ``enclosed`` are those of the pages
    that a letter encloses.
    """

    channel: Literal["line", "email", "sms", "letter"]
    sender: str
    lines: Sequence[str]
    subject: str = ""
    at: str = "14:05"
    buttons: Sequence[str] = field(default_factory=tuple)
    picture: str = ""
    enclosed: Sequence[str] = field(default_factory=tuple)

    @property
    def channel_name(self) -> str:
        return {"line": "LINE", "email": "メール", "sms": "SMS", "letter": "手紙"}[self.channel]
