"""LINE notification messages: POST /bot/pnp/push, one recipient a call.

Source: line-openapi messaging-api.yml (pushMessagesByPhone) and LINE's technical specification. LINE is told the phone
number's hash, our tag and the approved words, nothing else. The call takes no retry key, so a time-out is ``unknown``;
the delivery event (``read_events``) settles it. Rates above the limit answer 429 and are deferred.
"""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
from django.conf import settings

from keizoku.delivery.ports import Event, Message, Outcome, Outgoing, Result, Sender
from keizoku.kernel.http import Answer, NotSent, Unknown, post_json
from keizoku.kernel.personal import PhoneNumber
from keizoku.kernel.text.phone import line_hash

TIMEOUT_S = 10.0
MONTHLY_LIMIT = "You have reached your monthly limit."


class LineNotification:
    """The transport of channel "line"."""

    name = "line"
    address_field = "phone"
    window = 50

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Sender]:
        headers = {"Authorization": f"Bearer {settings.LINE_CHANNEL_TOKEN}"}
        connector = aiohttp.TCPConnector(limit=self.window)
        async with aiohttp.ClientSession(connector=connector, headers=headers) as session:

            async def send(batch: Sequence[Outgoing]) -> list[Outcome]:
                return list(await asyncio.gather(*(_push(session, outgoing) for outgoing in batch)))

            yield send

    def keep(self, body: bytes) -> bytes:
        document = json.loads(body)
        events = document.get("events") if isinstance(document, dict) else None
        if not isinstance(events, list):
            raise ValueError("no events")  # noqa: TRY004 - of a value, not of an argument's type
        kept = [
            _kept(event) for event in events if isinstance(event, dict) and event.get("type") == "delivery"
        ]
        return json.dumps({"events": kept}).encode() if kept else b""

    def read_events(self, body: bytes) -> list[Event]:
        return [_event(event) for event in json.loads(body)["events"]]

    def signature_holds(self, body: bytes, signature: str) -> bool:
        """Whether ``x-line-signature`` is the Base64 HMAC-SHA256 of the raw body under the channel secret."""
        expected = base64.b64encode(hmac.digest(settings.LINE_CHANNEL_SECRET.encode(), body, hashlib.sha256))
        return hmac.compare_digest(expected, signature.encode())


async def _push(session: aiohttp.ClientSession, outgoing: Outgoing) -> Outcome:
    assert isinstance(outgoing.address, PhoneNumber)
    outcome = await post_json(
        session,
        f"{settings.LINE_API_URL}/bot/pnp/push",
        {"to": line_hash(outgoing.address.reveal()), "messages": [bubble(outgoing.message)]},
        headers={"X-Line-Delivery-Tag": outgoing.tag},
        timeout_s=TIMEOUT_S,
    )
    match outcome:
        case Answer():
            return _read(outcome)
        case NotSent(reason):
            return Outcome(Result.DEFERRED, f"not_sent:{reason}")
        case Unknown(reason):
            return Outcome(Result.UNKNOWN, reason)


def _read(answer: Answer) -> Outcome:
    """The status as an outcome (channels.md §2.2); 429 for the monthly cap is final, for the rate it is not."""
    request = answer.headers.get("x-line-request-id", "")
    words = answer.body.get("message", "") if isinstance(answer.body, dict) else ""
    match answer.status:
        case 200 | 202:
            return Outcome(Result.ACCEPTED, carrier_ref=request)
        case 429 if words != MONTHLY_LIMIT:
            return Outcome(Result.DEFERRED, "rate_limited", request)
        case 401 | 403:
            return Outcome(Result.DEFERRED, f"http_{answer.status}", request)
        case status if status >= 500:  # noqa: PLR2004 - a server's failure: it may have acted before it failed
            return Outcome(Result.UNKNOWN, f"http_{status}", request)
        case 422:
            return Outcome(Result.REJECTED, "unreachable_by_line", request)
        case status:
            return Outcome(Result.REJECTED, f"http_{status}", request)


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
