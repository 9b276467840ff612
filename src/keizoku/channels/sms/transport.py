"""SMS through Karaden's Message API (version 2024-03-01): one message a call, to Japanese mobile numbers only.

Source: the vendor's OpenAPI file. Karaden is told the number, the approved words (no link) and two tags: the delivery's and
its signature. The call takes no key that would make a repetition harmless, so a time-out is ``unknown``; ``find`` looks
it up by its tag. Callbacks carry no signature of the carrier's: they come to an address with a secret in it, and count
only when the tags that we sent come back together.
"""

import asyncio
import hashlib
import hmac
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

import aiohttp
from django.conf import settings

from keizoku.delivery.ports import Event, Outcome, Outgoing, Result, Sender
from keizoku.kernel.http import Answer, NotSent, Unknown, get_json, post_form
from keizoku.kernel.personal import PhoneNumber
from keizoku.kernel.text.phone import read_phone

TIMEOUT_S: Final = 10.0
VERSION: Final = "2024-03-01"
_KINDS: Final = {"received": "delivered", "unconnected": "undelivered", "error": "undelivered"}


class KaradenSms:
    """The transport of channel "sms"."""

    name = "sms"
    address_field = "phone"
    window = 20

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Sender]:
        async with _session(self.window) as session:

            async def send(batch: Sequence[Outgoing]) -> list[Outcome]:
                return list(await asyncio.gather(*(_send(session, outgoing) for outgoing in batch)))

            yield send

    async def find(self, tags: Sequence[str]) -> dict[str, Outcome | None]:
        """Tag → what the carrier took under it; None: nothing. Tags that it did not answer for are left out."""
        async with _session(self.window) as session:
            answers = await asyncio.gather(*(_look_up(session, tag) for tag in tags))
        return {tag: found for tag, answer in zip(tags, answers, strict=True) for found in answer}

    def keep(self, body: bytes) -> bytes:
        """The message's id, our tag, what became of it and when; not the number and the words that may come with it."""
        message = json.loads(body)
        if not isinstance(message, dict) or not isinstance(message.get("id"), str):
            raise ValueError("no message")  # noqa: TRY004 - of a value, not of an argument's type
        kind = _KINDS.get(str(message.get("sent_result")))
        tag = _signed_tag(message.get("tags"))
        if kind is None or tag is None:
            return b""
        moment = message.get("received_at") or message.get("updated_at")
        at = datetime.fromisoformat(str(moment)) if moment else datetime.now(UTC)
        return json.dumps({"id": message["id"], "tag": tag, "kind": kind, "at": at.isoformat()}).encode()

    def read_events(self, body: bytes) -> list[Event]:
        kept = json.loads(body)
        at = datetime.fromisoformat(kept["at"])
        return [Event(f"{kept['id']}:{kept['kind']}", kept["tag"], kept["kind"], at)]

    def signature_holds(self, body: bytes, signature: str) -> bool:  # noqa: ARG002 - the port's signature
        """Whether the callback came to the address that only the carrier was told."""
        secret = settings.SMS_CALLBACK_SECRET
        return bool(secret) and hmac.compare_digest(secret.encode(), signature.encode())


def _signed_tag(tags: object) -> str | None:
    """The tag that came back together with its signature."""
    told = [str(tag) for tag in tags] if isinstance(tags, list) else []
    return next((tag for tag in told if any(hmac.compare_digest(sign(tag), other) for other in told)), None)


def sign(tag: str) -> str:
    """The second tag, which nobody else can make."""
    digest = hmac.digest(settings.SMS_CALLBACK_SECRET.encode(), tag.encode(), hashlib.sha256)
    return f"kzs-{digest[:12].hex()}"


def _session(connections: int) -> aiohttp.ClientSession:
    headers = {"Authorization": f"Bearer {settings.SMS_TOKEN}", "Karaden-Version": VERSION}
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=connections), headers=headers)


def _url() -> str:
    return f"{settings.SMS_API_URL}/{settings.SMS_TENANT}/messages"


async def _send(session: aiohttp.ClientSession, outgoing: Outgoing) -> Outcome:
    assert isinstance(outgoing.address, PhoneNumber)
    phone = read_phone(outgoing.address.reveal())
    if phone is None or not phone.is_sms_capable:
        return Outcome(Result.REJECTED, "not_a_mobile")
    fields = [
        ("service_id", str(settings.SMS_SERVICE_ID)),
        ("to", phone.national),
        ("body", outgoing.message.body),
        ("tags[]", outgoing.tag),
        ("tags[]", sign(outgoing.tag)),
    ]
    outcome = await post_form(session, _url(), fields, headers={}, timeout_s=TIMEOUT_S)
    match outcome:
        case Answer():
            return _read(outcome)
        case NotSent(reason):
            return Outcome(Result.DEFERRED, f"not_sent:{reason}")
        case Unknown(reason):
            return Outcome(Result.UNKNOWN, reason)


def _read(answer: Answer) -> Outcome:
    """The status as an outcome; a wrong tenant, version or token is ours to mend, so the message waits."""
    body: dict[str, Any] = answer.body if isinstance(answer.body, dict) else {}
    match answer.status:
        case 200:
            return Outcome(Result.ACCEPTED, carrier_ref=str(body.get("id", "")))
        case 429:
            return Outcome(Result.DEFERRED, "rate_limited", retry_after_s=answer.retry_after_s)
        case 400 | 401 | 403 | 404:
            return Outcome(Result.DEFERRED, f"http_{answer.status}:{body.get('code', '')}"[:60])
        case status if status >= 500:  # noqa: PLR2004 - a server's failure: it may have acted before it failed
            return Outcome(Result.UNKNOWN, f"http_{status}")
        case 422:
            return Outcome(Result.REJECTED, f"validation:{','.join(sorted(body.get('errors') or {}))}"[:60])
        case status:
            return Outcome(Result.REJECTED, f"http_{status}")


async def _look_up(session: aiohttp.ClientSession, tag: str) -> list[Outcome | None]:
    """One element where the carrier answered, none where it did not."""
    answer = await get_json(session, f"{_url()}?tag={quote(tag)}", headers={}, timeout_s=TIMEOUT_S)
    if not isinstance(answer, Answer) or answer.status != 200 or not isinstance(answer.body, dict):  # noqa: PLR2004
        return []
    taken = answer.body.get("data") or []
    return [Outcome(Result.ACCEPTED, "found", str(taken[0].get("id", "")))] if taken else [None]
