"""What a person does in the talk: writes something, or presses a postback button. The bank hears of it by webhook."""

from collections.abc import Mapping
from typing import Any

from keizoku.sandbox.clock import Clock
from keizoku.sandbox.inbox import Inbox, Kind
from keizoku.sandbox.line.idempotency import ReplyTokens
from keizoku.sandbox.line.ids import message_id, opaque
from keizoku.sandbox.line.webhooks import Webhooks
from keizoku.sandbox.world.assumptions import Reception
from keizoku.sandbox.world.people import World


class Talk:
    def __init__(
        self, world: World, clock: Clock, inbox: Inbox, webhooks: Webhooks, reply_tokens: ReplyTokens
    ) -> None:
        self._world = world
        self._clock = clock
        self._inbox = inbox
        self._webhooks = webhooks
        self._reply_tokens = reply_tokens

    def say(self, phone: str, text: str) -> None:
        """A text message from the person to the bank."""
        message = {"type": "text", "id": message_id(), "quoteToken": opaque(64), "text": text}
        self._tell(phone, text, "message", {"message": message})

    def press(self, phone: str, label: str, content: str) -> None:
        """A postback button."""
        self._tell(phone, label, "postback", {"postback": {"data": content}})

    def follow(self, phone: str) -> None:
        """The person adds the account as a friend, or takes back a block."""
        was_blocked = self._world.reception(phone) is Reception.BLOCKED
        self._world.befriend(phone)
        self._tell(phone, "(友だちに追加)", "follow", {"follow": {"isUnblocked": was_blocked}})

    def block(self, phone: str) -> None:
        """The person blocks the account: nothing arrives any more, and no answer can be given."""
        user_id = self._world.user_id(phone)
        if user_id is None:
            return
        self._world.block(phone)
        milliseconds = int(self._clock.business().timestamp() * 1000)
        self._webhooks.emit("unfollow", {"source": {"type": "user", "userId": user_id}}, milliseconds)

    def _tell(self, phone: str, shown: str, kind: str, content: Mapping[str, Any]) -> None:
        user_id = self._world.user_id(phone)
        if user_id is None:
            return
        now = self._clock.business()
        self._inbox.put(Kind.SAID, phone, now, shown)
        source = {"type": "user", "userId": user_id}
        token = self._reply_tokens.issue(user_id)
        self._webhooks.emit(
            kind, {"source": source, "replyToken": token, **content}, int(now.timestamp() * 1000)
        )
