"""The bank's official account at LINE: its identity, its secret and the access tokens that open it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from keizoku.sandbox.clock import Clock
from keizoku.sandbox.line.ids import opaque

SHORT_LIVED = timedelta(days=30)
STATELESS = timedelta(seconds=899)


@dataclass(frozen=True, slots=True)
class Channel:
    """`token` is the long-lived one of the console; `id` and `secret` issue others."""

    id: str
    secret: str
    token: str
    name: str = "サンドボックス銀行"

    @property
    def user_id(self) -> str:
        """The bot's own user id: the `destination` of webhooks."""
        return "U" + sha256(f"bot|{self.id}".encode()).hexdigest()[:32]

    @property
    def basic_id(self) -> str:
        return "@" + sha256(f"basic|{self.id}".encode()).hexdigest()[:8]


class AccessTokens:
    """Which bearer tokens are good, on the wall's clock."""

    def __init__(self, channel: Channel, clock: Clock) -> None:
        self._channel = channel
        self._clock = clock
        self._until: dict[str, datetime] = {}

    def issue(self, life: timedelta) -> str:
        token = opaque(160)
        self._until[token] = self._clock.wall() + life
        return token

    def revoke(self, token: str) -> None:
        self._until.pop(token, None)

    def seconds_left(self, token: str) -> int | None:
        """None for a token that is not good; a long-lived one answers 0 for ever."""
        if token == self._channel.token:
            return 0
        until = self._until.get(token)
        left = (until - self._clock.wall()).total_seconds() if until else 0.0
        return int(left) if left > 0 else None

    def admits(self, authorization: str | None) -> bool:
        """Whether an Authorization header opens the channel."""
        scheme, _, token = (authorization or "").partition(" ")
        return scheme == "Bearer" and self.seconds_left(token) is not None
