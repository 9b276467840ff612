"""How soon a verification has to be decided, and how long a reviewer may have it open. Pure.

A verification is due at the end of the next business day after it began to wait: our own choice, as are the other numbers.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from keizoku.kernel.due import Urgency, day_begun, due_at, urgency

DAYS: Final = 1
# Long enough for one look at a dozen pictures, short enough that a closed browser holds nothing up.
LEASE: Final = timedelta(minutes=30)
_LONGEST_REST: Final = 14  # days that banks are closed in a row are fewer


@dataclass(frozen=True, slots=True)
class Marks:
    """What began to wait before ``late`` is late now; from there on before ``today`` it is due today."""

    late: datetime
    today: datetime


def marks(now: datetime, is_closed: Callable[[date], bool]) -> Marks:
    """Instants that tell the urgencies apart without asking each case: a later beginning is never due earlier."""
    begin = day_begun(now)
    found = {
        Urgency.LATE: begin - timedelta(days=_LONGEST_REST),
        Urgency.TODAY: begin - timedelta(days=_LONGEST_REST),
    }
    for back in range(_LONGEST_REST, -1, -1):
        day = begin - timedelta(days=back)
        how = urgency(due_at(day, DAYS, is_closed), now)
        after = day + timedelta(days=1)
        if how is Urgency.LATE:
            found[Urgency.LATE] = found[Urgency.TODAY] = after
        elif how is Urgency.TODAY:
            found[Urgency.TODAY] = after
    return Marks(found[Urgency.LATE], found[Urgency.TODAY])
