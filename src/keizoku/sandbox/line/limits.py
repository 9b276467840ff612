"""LINE's rate limits: a token bucket for each method and endpoint, refilled gradually."""

import time
from collections.abc import Callable, Mapping

# Requests a second. Everything not named: 2,000/s.
_RATES: Mapping[str, float] = {
    "POST /v2/bot/message/multicast": 200.0,
    "POST /v2/bot/channel/webhook/test": 60 / 3600,
    "GET /v2/bot/channel/webhook/endpoint": 1000 / 60,
    "PUT /v2/bot/channel/webhook/endpoint": 1000 / 60,
    "POST /v2/oauth/accessToken": 370.0,
}
PUSH_CLASS = 2000.0


class Buckets:
    """`push_class` requests a second for everything without a rate of its own.

    A bucket holds one second's worth, but never less than one request. Its depth is assumed: LINE tells none.
    """

    def __init__(
        self, push_class: float = PUSH_CLASS, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._push_class = push_class
        self._monotonic = monotonic
        self._levels: dict[str, tuple[float, float]] = {}

    def admits(self, endpoint: str) -> bool:
        """Takes one token for "METHOD path"; False when the bucket is empty."""
        rate = _RATES.get(endpoint, self._push_class)
        depth = max(rate, 1.0)
        now = self._monotonic()
        level, since = self._levels.get(endpoint, (depth, now))
        level = min(depth, level + (now - since) * rate)
        if level < 1.0:
            self._levels[endpoint] = (level, now)
            return False
        self._levels[endpoint] = (level - 1.0, now)
        return True
