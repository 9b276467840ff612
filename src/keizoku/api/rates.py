"""How often a key may call: a token bucket for each, in this process's memory.

In memory and not in the database: a row that every request of a key writes would make its requests wait for each other
and cost each a commit, for a limit that guards against a runaway loop and not against an attacker (who has no key). With
n web processes a key gets up to n times its rate; ``keizoku serve`` starts one unless told otherwise.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

MOST_KEYS: Final = 10_000


class Buckets:
    """Each bucket holds a minute's calls and fills evenly; whoever finds it empty is told how long to wait."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._left: OrderedDict[int, tuple[float, float]] = OrderedDict()

    def take(self, key: int, calls_a_minute: int, weight: int = 1) -> int:
        """0 and ``weight`` calls less, or the whole seconds until so many are there."""
        now, most = self._clock(), float(calls_a_minute)
        wanted = min(float(weight), most)
        with self._lock:
            left, since = self._left.pop(key, (most, now))
            left = min(most, left + (now - since) * most / 60)
            is_let_in = left >= wanted
            self._left[key] = (left - wanted if is_let_in else left, now)
            if len(self._left) > MOST_KEYS:
                self._left.popitem(last=False)
        return 0 if is_let_in else math.ceil((wanted - left) * 60 / most)

    def forget(self) -> None:
        """Begin anew (a test's)."""
        with self._lock:
            self._left.clear()


RATES: Final = Buckets()
