"""What the console's queues of cases share: tiles by urgency, the due instant, and where the next page begins."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, Protocol

from django.utils.dateparse import parse_datetime
from django.utils.html import format_html

from keizoku.console.forms.numbers import whole_number
from keizoku.kernel.due import URGENCY_WORDS, Urgency
from keizoku.ui.components.display import Tile, Tone, badge_cell
from keizoku.ui.formats import datetime_jst, number

URGENCY_TONES: Final[dict[Urgency, Tone]] = {
    Urgency.LATE: "bad",
    Urgency.TODAY: "attention",
    Urgency.LATER: "neutral",
}


class Pressing(Protocol):
    """How many cases wait, and how many of them press."""

    @property
    def waiting(self) -> int: ...
    @property
    def late(self) -> int: ...
    @property
    def today(self) -> int: ...


def pressing_tiles(found: Pressing, waiting_words: str, url: str) -> Sequence[Tile]:
    """All that wait, those past their due instant, and today's; each leads to its filter."""
    return (
        Tile(
            waiting_words,
            number(found.waiting),
            "件",
            url=url,
            tone="progress" if found.waiting else "neutral",
        ),
        Tile(
            URGENCY_WORDS[Urgency.LATE],
            number(found.late),
            "件",
            url=f"{url}?due=late",
            tone="bad" if found.late else "neutral",
        ),
        Tile(
            URGENCY_WORDS[Urgency.TODAY],
            number(found.today),
            "件",
            url=f"{url}?due=today",
            tone="attention" if found.today else "neutral",
        ),
    )


def due_cell(due: datetime, urgency: Urgency) -> object:
    """The due instant; a colour and a word where it presses."""
    if urgency is Urgency.LATER:
        return datetime_jst(due)
    return format_html("{} {}", badge_cell(URGENCY_WORDS[urgency], URGENCY_TONES[urgency]), datetime_jst(due))


def place_text(moment: datetime, row_id: int) -> str:
    """Where a page ended, for the next one's address: ``2026-11-21T14:05:00.123456Z_17``."""
    return f"{moment.isoformat().replace('+00:00', 'Z')}_{row_id}"


def place(text: str) -> tuple[datetime, int] | None:
    """As ``place_text`` wrote it; anything else is the beginning."""
    written, _, last = text.rpartition("_")
    try:
        moment = parse_datetime(written)
    except ValueError:
        return None
    row_id = whole_number(last)
    if moment is None or moment.tzinfo is None or row_id is None:
        return None
    return moment, row_id
