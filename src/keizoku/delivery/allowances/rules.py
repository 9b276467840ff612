"""Pure rules of carriers' limits: how many calls a block has, and why no second ever sees more than the limit.

Blocks of calls get slots one behind another: a block of ``n`` takes ``n / rate`` seconds, and is called at its slot's
beginning, at most ``LATE_S`` after it. So any second sees at most ``rate * (1 + LATE_S)`` calls and one block more. With
``rate = SHARE * limit`` and blocks of at most a twentieth of the limit (but one call) that is the limit or less:
0.9 * 1.05 + 0.05 = 0.995; of a limit under 20 it is 0.945 * limit + 1, less than ``limit + 1``.
"""

from dataclasses import dataclass
from typing import Final

SHARE: Final = 0.9
LATE_S: Final = 0.05
BLOCKS_A_SECOND: Final = 20
# Longer than this nobody holds committed attempts for: the chunk goes back, and other work is done meanwhile.
PATIENCE_S: Final = 0.3
# How long a chunk is put aside at most, so that a limit that was raised is noticed.
LONGEST_WAIT_S: Final = 600.0

# A carrier's "too many requests": everybody waits as long as it says, and then goes at half the pace.
RATE_LIMITED: Final = "rate_limited"
UNTOLD_PAUSE_S: Final = 1.0
LONGEST_PAUSE_S: Final = 3600.0
LEAST_PACE: Final = 5
# The pace comes back by so many hundredths after so many seconds without another refusal.
PACE_STEP: Final = 5
PACE_STEP_S: Final = 10


@dataclass(frozen=True, slots=True)
class Limit:
    """Calls that a carrier takes from us in a second, in a day and in a month of Tokyo; 0: no limit."""

    a_second: int = 0
    a_day: int = 0
    a_month: int = 0

    @property
    def is_none(self) -> bool:
        return not (self.a_second or self.a_day or self.a_month)

    @property
    def has_quota(self) -> bool:
        return bool(self.a_day or self.a_month)

    def block(self, window: int) -> int:
        """How many calls may go together, of a carrier that takes ``window`` at once."""
        return min(window, max(1, self.a_second // BLOCKS_A_SECOND)) if self.a_second else window


def pause(told_s: float | None) -> float:
    """How long everybody waits after a refusal, in seconds: as the carrier said, within reason."""
    return min(max(told_s or UNTOLD_PAUSE_S, UNTOLD_PAUSE_S), LONGEST_PAUSE_S)
