"""Keys that make LINE safe to repeat: retry keys (24 hours, business time) and reply tokens (one use)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from keizoku.sandbox.clock import Clock
from keizoku.sandbox.line.ids import opaque
from keizoku.sandbox.line.refusals import INVALID_REPLY_TOKEN, KEY_ACCEPTED, LineRefusal

_KEY_LIFE = timedelta(hours=24)
_REPLY_LIFE = timedelta(minutes=20)  # LINE asks for one minute, and refuses what is older than 20
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
SentMessages = Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class _Accepted:
    at: datetime
    request_id: str
    sent_messages: SentMessages


class RetryKeys:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._accepted: dict[str, _Accepted] = {}

    def refuse_repeated(self, key: str | None) -> None:
        """409 with the first request's id when this key was accepted within 24 hours."""
        if key is None:
            return
        if not _UUID.fullmatch(key):
            raise LineRefusal(400, "The value for the 'X-Line-Retry-Key' header is invalid")
        first = self._accepted.get(key.lower())
        if first is not None and self._clock.business() - first.at < _KEY_LIFE:
            headers = {"x-line-accepted-request-id": first.request_id}
            raise LineRefusal(409, KEY_ACCEPTED, headers=headers, sent_messages=first.sent_messages)

    def remember(self, key: str | None, request_id: str, sent_messages: SentMessages) -> None:
        if key is not None:
            self._accepted[key.lower()] = _Accepted(self._clock.business(), request_id, sent_messages)


def refuse_retry_key(key: str | None) -> None:
    """Replies and notification messages know no retry key; LINE answers 400 to one."""
    if key is not None:
        raise LineRefusal(400, "The 'X-Line-Retry-Key' header is not supported for this endpoint")


class ReplyTokens:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, tuple[str, datetime]] = {}

    def issue(self, user_id: str) -> str:
        token = opaque(32)
        self._issued[token] = (user_id, self._clock.wall())
        return token

    def redeem(self, token: str) -> str:
        """The user id that may be answered, once."""
        user_id, issued = self._issued.pop(token, ("", self._clock.wall()))
        if not user_id or self._clock.wall() - issued > _REPLY_LIFE:
            raise LineRefusal(400, INVALID_REPLY_TOKEN)
        return user_id
