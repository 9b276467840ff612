"""The print house's HTTP interface, as docs/letters.md describes it: batches under keys, their stand, returned mail.

``PUT /v1/batches/<key>`` with two parts (manifest, pdf) is safe to repeat: the same key with the same digest is answered
200 "already accepted" and printed once; with another digest, 409. The print house sees names, addresses and the letters.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import aiohttp
from django.conf import settings

from keizoku.delivery.letters.ports import PrintFile, Returned, Stand
from keizoku.delivery.letters.rules import ReturnReason
from keizoku.delivery.ports import Outcome, Result
from keizoku.kernel.http import Answer, NotSent, Part, Unknown, get_json, post_form, put_parts

TIMEOUT_S: Final = 45.0  # a batch of 200 letters is some 1.5 MB
ASKING_S: Final = 10.0
_AT_ONCE: Final = 8


def session() -> aiohttp.ClientSession:
    headers = {"Authorization": f"Bearer {settings.LETTER_API_TOKEN}"}
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=_AT_ONCE), headers=headers)


async def hand_in(connected: aiohttp.ClientSession, files: PrintFile) -> tuple[Outcome, Stand | None]:
    """Give a batch in; what the answer says of it, and where it stands if it was taken."""
    answer = await put_parts(
        connected,
        _url(files.key),
        [
            Part("manifest", "manifest.json", "application/json", files.manifest),
            Part("pdf", "letters.pdf", "application/pdf", files.pdf),
        ],
        headers={},
        timeout_s=TIMEOUT_S,
    )
    match answer:
        case NotSent(reason):
            return Outcome(Result.DEFERRED, f"not_sent:{reason}"), None
        case Unknown(reason):
            return Outcome(Result.UNKNOWN, reason), None
    return _read(answer)


async def stand(connected: aiohttp.ClientSession, key: UUID) -> list[Stand | None]:
    """One element where the print house answered, none where it did not."""
    answer = await get_json(connected, _url(key), headers={}, timeout_s=ASKING_S)
    if not isinstance(answer, Answer):
        return []
    if answer.status == 404:  # noqa: PLR2004 - nothing under this key
        return [None]
    found = _stand(answer) if answer.status == 200 else None  # noqa: PLR2004 - HTTP's own number
    return [found] if found else []


async def cancel(connected: aiohttp.ClientSession, key: UUID) -> bool | None:
    """Whether it will not be printed; None where the print house did not say."""
    answer = await post_form(connected, f"{_url(key)}/cancel", [], headers={}, timeout_s=ASKING_S)
    if not isinstance(answer, Answer):
        return None
    return {200: True, 409: False}.get(answer.status)


async def returned(connected: aiohttp.ClientSession, after: int) -> list[Returned] | None:
    """Letters that came back to the print house's box, behind its number ``after``; None: it did not answer."""
    url = f"{settings.LETTER_API_URL}/v1/returns?after={after}"
    answer = await get_json(connected, url, headers={}, timeout_s=ASKING_S)
    if not isinstance(answer, Answer) or answer.status != 200 or not isinstance(answer.body, dict):  # noqa: PLR2004
        return None
    rows = answer.body.get("returns")
    return [one for row in rows if (one := _returned(row))] if isinstance(rows, list) else None


async def stands(connected: aiohttp.ClientSession, keys: Sequence[UUID]) -> dict[UUID, Stand | None]:
    answers = await asyncio.gather(*(stand(connected, key) for key in keys))
    return {key: found for key, answer in zip(keys, answers, strict=True) for found in answer}


def _read(answer: Answer) -> tuple[Outcome, Stand | None]:
    """A wrong token or address is ours to mend, so the letters wait; a key under which other files lie is our fault."""
    body: dict[str, Any] = answer.body if isinstance(answer.body, dict) else {}
    match answer.status:
        case 200 | 201:
            found = _stand(answer)
            reference = found.reference if found else ""
            return Outcome(Result.ACCEPTED, carrier_ref=reference), found
        case 401 | 403 | 404 | 429:
            return Outcome(Result.DEFERRED, f"http_{answer.status}"), None
        case status if status >= 500:  # noqa: PLR2004 - a server's failure: it may have acted before it failed
            return Outcome(Result.UNKNOWN, f"http_{status}"), None
        case status:
            return Outcome(Result.REJECTED, f"http_{status}:{body.get('code', '')}"[:60]), None


def _stand(answer: Answer) -> Stand | None:
    body = answer.body
    if not isinstance(body, dict) or not isinstance(body.get("state"), str):
        return None
    cutoff_at: datetime | None = None
    posted_on: date | None = None
    with suppress(TypeError, ValueError):
        cutoff_at = datetime.fromisoformat(body["cutoff_at"]) if body.get("cutoff_at") else None
    with suppress(TypeError, ValueError):
        posted_on = date.fromisoformat(body["posted_on"]) if body.get("posted_on") else None
    return Stand(body["state"], str(body.get("reference", ""))[:60], cutoff_at, posted_on)


def _returned(row: Any) -> Returned | None:
    """None for a row that is not of the form; one bad row does not hold up the others."""
    with suppress(KeyError, TypeError, ValueError):
        return Returned(
            str(row["tag"]),
            ReturnReason(row["reason"]),
            date.fromisoformat(row["returned_on"]),
            int(row["number"]),
        )
    return None


def _url(key: UUID) -> str:
    return f"{settings.LETTER_API_URL}/v1/batches/{key}"
