"""The endpoints that send: push, multicast, reply, and notification messages by phone number (flexible).

All or nothing: a request with any error reaches nobody.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from aiohttp import web

from keizoku.sandbox.line.deliveries import Deliveries
from keizoku.sandbox.line.gate import accepted, json_body, own_request_id
from keizoku.sandbox.line.idempotency import ReplyTokens, RetryKeys, refuse_retry_key
from keizoku.sandbox.line.ids import message_id, opaque
from keizoku.sandbox.line.messages import NOT_BY_PHONE, check_messages
from keizoku.sandbox.line.objections import Objections
from keizoku.sandbox.line.refusals import MONTHLY_LIMIT, LineRefusal
from keizoku.sandbox.line.statistics import Statistics
from keizoku.sandbox.world.people import World

_DIGEST = re.compile(r"[0-9a-f]{64}")
_USER_ID = re.compile(r"U[0-9a-f]{32}")
_MOST_MULTICAST = 500
_TAG_LENGTHS = range(16, 101)
_QUOTABLE = {"text", "textV2", "sticker", "image", "video", "template"}


class Sending:
    def __init__(
        self,
        world: World,
        deliveries: Deliveries,
        retry_keys: RetryKeys,
        reply_tokens: ReplyTokens,
        statistics: Statistics,
    ) -> None:
        self._world = world
        self._deliveries = deliveries
        self._retry_keys = retry_keys
        self._reply_tokens = reply_tokens
        self._statistics = statistics

    def routes(self) -> list[web.RouteDef]:
        validations = [
            web.post(f"/v2/bot/message/validate/{kind}", self.validate)
            for kind in ("reply", "push", "multicast", "narrowcast", "broadcast")
        ]
        return [
            web.post("/bot/pnp/push", self.push_by_phone),
            web.post("/v2/bot/message/push", self.push),
            web.post("/v2/bot/message/multicast", self.multicast),
            web.post("/v2/bot/message/reply", self.reply),
            *validations,
        ]

    async def push_by_phone(self, request: web.Request) -> web.Response:
        """LINE notification message (flexible): 200 and an empty object."""
        refuse_retry_key(request.headers.get("X-Line-Retry-Key"))
        body = await json_body(request)
        objections = Objections()
        tag = delivery_tag(request, objections)
        check_digest(body, objections)
        messages = check_messages(body, objections, refused_types=NOT_BY_PHONE)
        units = self._statistics.check_units(body, objections)
        objections.raise_if_any()
        self._deliveries.notify(body["to"], messages, tag, "pnp")
        self._statistics.note_units(units)
        accepted(request)
        return web.json_response({})

    async def push(self, request: web.Request) -> web.Response:
        """To one user id: 200 with the ids of the sent messages."""
        key = request.headers.get("X-Line-Retry-Key")
        self._retry_keys.refuse_repeated(key)
        body = await json_body(request)
        objections = Objections()
        recipient = objections.text(body, "to", "", longest=100)
        messages = check_messages(body, objections)
        units = self._statistics.check_units(body, objections)
        objections.raise_if_any()
        if self._world.phone_of_user(recipient) is None:
            raise LineRefusal(400, "The property, 'to', in the request body is invalid (line: -, column: -)")
        self._refuse_over_quota(1)
        self._deliveries.send([recipient], messages, "push")
        self._statistics.note_units(units)
        sent = _sent_messages(messages)
        self._retry_keys.remember(key, own_request_id(request), sent)
        accepted(request)
        return web.json_response({"sentMessages": sent})

    async def multicast(self, request: web.Request) -> web.Response:
        """To up to 500 user ids; unknown ones are left out in silence (LINE's page says both; I chose 200)."""
        key = request.headers.get("X-Line-Retry-Key")
        self._retry_keys.refuse_repeated(key)
        body = await json_body(request)
        objections = Objections()
        recipients = _user_ids(body, objections)
        messages = check_messages(body, objections)
        units = self._statistics.check_units(body, objections)
        objections.raise_if_any()
        self._refuse_over_quota(len(recipients))
        self._deliveries.send(recipients, messages, "multicast")
        self._statistics.note_units(units)
        self._retry_keys.remember(key, own_request_id(request), [])
        accepted(request)
        return web.json_response({})

    async def reply(self, request: web.Request) -> web.Response:
        """To whoever the token was issued for; a token works once."""
        refuse_retry_key(request.headers.get("X-Line-Retry-Key"))
        body = await json_body(request)
        objections = Objections()
        token = objections.text(body, "replyToken", "", longest=200)
        messages = check_messages(body, objections)
        objections.raise_if_any()
        self._deliveries.send([self._reply_tokens.redeem(token)], messages, "reply")
        accepted(request)
        return web.json_response({"sentMessages": _sent_messages(messages)})

    async def validate(self, request: web.Request) -> web.Response:
        """Message objects only; nothing is sent."""
        body = await json_body(request)
        objections = Objections()
        check_messages(body, objections)
        objections.raise_if_any()
        return web.json_response({})

    def _refuse_over_quota(self, more: int) -> None:
        if self._statistics.used_this_month() + more > self._statistics.quota:
            raise LineRefusal(429, MONTHLY_LIMIT)


def check_digest(body: Mapping[str, Any], objections: Objections) -> None:
    """`to` of a notification message is a lower-case hex SHA-256."""
    recipient = body.get("to")
    if recipient is None:
        objections.add("to", "May not be empty")
    elif not isinstance(recipient, str) or not _DIGEST.fullmatch(recipient):
        objections.add("to", "The value must be a valid SHA-256 digest.")


def delivery_tag(request: web.Request, objections: Objections) -> str | None:
    """X-Line-Delivery-Tag, 16 to 100 characters, or None."""
    tag = request.headers.get("X-Line-Delivery-Tag")
    if tag is not None and len(tag) not in _TAG_LENGTHS:
        objections.add("X-Line-Delivery-Tag", "Length must be between 16 and 100")
    return tag


def _user_ids(body: Mapping[str, Any], objections: Objections) -> list[str]:
    recipients = body.get("to")
    if not isinstance(recipients, list) or not 1 <= len(recipients) <= _MOST_MULTICAST:
        objections.add("to", f"Size must be between 1 and {_MOST_MULTICAST}")
        return []
    for index, recipient in enumerate(recipients):
        if not isinstance(recipient, str) or not _USER_ID.fullmatch(recipient):
            objections.add(f"to[{index}]", "The value is not a user ID")
    return recipients


def _sent_messages(messages: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [
        {"id": message_id(), "quoteToken": opaque(64)}
        if message["type"] in _QUOTABLE
        else {"id": message_id()}
        for message in messages
    ]
