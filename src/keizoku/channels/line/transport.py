"""LINE: a push message to a customer who linked an account, a notification message to everybody else; one a call.

Source: line-openapi messaging-api.yml (pushMessage, pushMessagesByPhone) and LINE's technical specification. LINE is told
the user id or the phone number's hash, our tag and the approved words, nothing else. A push carries the attempt's key as
its retry key: repeated within 24 hours it reaches nobody twice (``Repeatable``), and no receipt ever follows it. A
notification message takes no such key, so a time-out is ``unknown``; its delivery event (``read_events``) settles it.
"""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from django.conf import settings

from keizoku.channels.line import accounts
from keizoku.channels.line.answers import PUSH, outcome_of
from keizoku.customers.linking import actions as linking
from keizoku.customers.linking.queries import linked_since
from keizoku.delivery.ports import Event, Message, Outcome, Outgoing, Result, Sender
from keizoku.kernel.http import post_json
from keizoku.kernel.personal import LineUser, PhoneNumber
from keizoku.kernel.text.phone import line_hash

TIMEOUT_S = 10.0
TRIES = 2


class LineNotification:
    """The transport of channel "line"."""

    name = "line"
    address_field = "line"
    window = 50
    # LINE keeps a key for 24 hours (LINE Developers, Messaging API reference, "Retrying an API request"); what is repeated
    # stays an hour away from that border.
    repeatable_for = timedelta(hours=23)
    # Of a notification message that may have been sent nothing is repeated; of a lost worker's the link decides.
    repeatable_codes = (f"{PUSH}:%", "worker_lost")

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Sender]:
        headers = {"Authorization": f"Bearer {settings.LINE_CHANNEL_TOKEN}"}
        connector = aiohttp.TCPConnector(limit=self.window)
        async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

            async def send(batch: Sequence[Outgoing]) -> list[Outcome]:
                return list(await asyncio.gather(*(_send(session, outgoing) for outgoing in batch)))

            yield send

    def keep(self, body: bytes) -> bytes:
        events = _document(body)["events"]
        kept = [
            _kept(event) for event in events if isinstance(event, dict) and event.get("type") == "delivery"
        ]
        return json.dumps({"events": kept}).encode() if kept else b""

    def read_events(self, body: bytes) -> list[Event]:
        return [_event(event) for event in json.loads(body)["events"]]

    def hear(self, body: bytes) -> None:
        linking.keep(accounts.read(_document(body)))

    def converse(self) -> int:
        return accounts.converse()

    def sent_under_key(self, begun: Mapping[int, datetime]) -> set[int]:
        """Who had linked an account before the message was begun, and has it still, was written to by push."""
        return {
            customer_id for customer_id, since in linked_since(begun).items() if since < begun[customer_id]
        }

    def signature_holds(self, body: bytes, signature: str) -> bool:
        """Whether ``x-line-signature`` is the Base64 HMAC-SHA256 of the raw body under the channel secret."""
        expected = base64.b64encode(hmac.digest(settings.LINE_CHANNEL_SECRET.encode(), body, hashlib.sha256))
        return hmac.compare_digest(expected, signature.encode())


async def _notify(session: aiohttp.ClientSession, outgoing: Outgoing, phone: PhoneNumber) -> Outcome:
    """A notification message, by the number's hash; LINE takes no retry key, so it is called once."""
    answer = await post_json(
        session,
        f"{settings.LINE_API_URL}/bot/pnp/push",
        {"to": line_hash(phone.reveal()), "messages": [bubble(outgoing.message)]},
        headers={"X-Line-Delivery-Tag": outgoing.tag},
        timeout_s=TIMEOUT_S,
    )
    return outcome_of(answer)


async def _push(session: aiohttp.ClientSession, outgoing: Outgoing, user: LineUser) -> Outcome:
    """To a friend who linked the account. Once more under the same key where LINE did not say what it did."""
    outcome = Outcome(Result.UNKNOWN)
    for _ in range(TRIES):
        answer = await post_json(
            session,
            f"{settings.LINE_API_URL}/v2/bot/message/push",
            {"to": user.reveal(), "messages": [bubble(outgoing.message)]},
            headers={"X-Line-Retry-Key": str(outgoing.key)},
            timeout_s=TIMEOUT_S,
        )
        outcome = outcome_of(answer, PUSH)
        if outcome.result is not Result.UNKNOWN:
            break
    return outcome


async def _send(session: aiohttp.ClientSession, outgoing: Outgoing) -> Outcome:
    if isinstance(outgoing.address, LineUser):
        return await _push(session, outgoing, outgoing.address)
    assert isinstance(outgoing.address, PhoneNumber)
    return await _notify(session, outgoing, outgoing.address)


def bubble(message: Message) -> dict[str, Any]:
    """The words as one Flex bubble with one button."""
    paragraphs = [text for text in message.body.split("\n") if text.strip()]
    return {
        "type": "flex",
        "altText": paragraphs[0][:400],
        "contents": {
            "type": "bubble",
            "body": {
                "type": "box",
                "layout": "vertical",
                "spacing": "md",
                "contents": [{"type": "text", "text": text, "wrap": True} for text in paragraphs],
            },
            "footer": {
                "type": "box",
                "layout": "vertical",
                "contents": [
                    {
                        "type": "button",
                        "style": "primary",
                        "action": {"type": "uri", "label": message.button_label, "uri": message.button_url},
                    }
                ],
            },
        },
    }


def _document(body: bytes) -> dict[str, Any]:
    document = json.loads(body)
    if not isinstance(document, dict) or not isinstance(document.get("events"), list):
        raise ValueError("no events")  # noqa: TRY004 - of a value, not of an argument's type
    return document


def _kept(event: dict[str, Any]) -> dict[str, Any]:
    """A delivery event without anything else that LINE may add to it. ValueError when it lacks a part."""
    match event:
        case {"webhookEventId": str(event_id), "timestamp": int(at), "delivery": {"data": str(tag)}}:
            return {"webhookEventId": event_id, "timestamp": at, "delivery": {"data": tag}}
    raise ValueError("a delivery event without its id, moment or tag")


def _event(event: dict[str, Any]) -> Event:
    return Event(
        event_id=event["webhookEventId"],
        tag=event["delivery"]["data"],
        kind="delivered",
        occurred_at=datetime.fromtimestamp(event["timestamp"] / 1000, UTC),
    )
