"""What carriers do wrong while the campaigns run: drawn anew every moment, a few requests each."""

import random
import urllib.error
from typing import Final

from keizoku.cli.demo import outside
from keizoku.cli.demo.places import Places

# (carrier, fault, at most so many requests, milliseconds); what acts and says nothing is the worst of them.
KINDS: Final = (
    ("line", "slow", 80, 400),
    ("line", "timeout_after_acting", 3, 300),
    ("line", "repeat_webhook", 3, 0),
    ("line", "rate_limit", 5, 0),
    ("line", "fail", 3, 0),
    ("line", "drop_before", 3, 0),
    ("smtp", "slow", 60, 300),
    ("smtp", "timeout_after_acting", 3, 300),
    ("smtp", "rate_limit", 3, 0),
    ("smtp", "fail", 3, 0),
    ("sms", "slow", 60, 400),
    ("sms", "timeout_after_acting", 3, 300),
    ("sms", "repeat_webhook", 3, 0),
    ("sms", "fail", 2, 0),
    ("print", "slow", 3, 400),
    ("print", "timeout_after_acting", 1, 300),
    ("print", "drop_before", 1, 0),
    ("print", "fail", 1, 0),
    ("print", "rate_limit", 1, 0),
)


class Mischief:
    def __init__(self, places: Places, chance: random.Random) -> None:
        self.faults = 0
        self._places = places
        self._chance = chance

    def go_on(self) -> None:
        """Arm one or two more faults."""
        for carrier, kind, most, delay in self._chance.sample(KINDS, self._chance.randint(1, 2)):
            count = self._chance.randint(1, most)
            body = {"carrier": carrier, "kind": kind, "count": count, "delay_ms": delay}
            try:
                outside.post(self._places, "/_sandbox/faults", body)
            except (urllib.error.URLError, OSError):
                continue  # too busy to listen; a soak without any fault is told as a breach
            self.faults += 1
