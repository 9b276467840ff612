"""Outbound HTTP with typed outcomes: accepted, rejected or unknown.

A time-out, a lost connection after sending, or a 5xx whose effect cannot be known is ``Unknown``: it is shown to people
and reconciled, never resent in hope. A connection that could not be opened has certainly done nothing: ``NotSent``.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import aiohttp

_as_json = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":")
).encode  # made once: a call would make one each time


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said: status, headers (names in either case) and the parsed JSON body."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None

    @property
    def retry_after_s(self) -> float | None:
        """For how many seconds the other side wants no more calls (RFC 9110 §10.2.3); None where it gives no number."""
        told = self.headers.get("retry-after", "").strip()
        return float(told) if told.isascii() and told.isdigit() else None


@dataclass(frozen=True, slots=True)
class NotSent:
    """The connection could not be opened; the other side knows nothing of the request."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """The request may or may not have taken effect."""

    reason: str


async def post_json(
    session: aiohttp.ClientSession,
    url: str,
    body: Mapping[str, Any],
    *,
    headers: Mapping[str, str],
    timeout_s: float,
) -> Answer | NotSent | Unknown:
    """POST one JSON document; ``timeout_s`` bounds the whole call in seconds."""
    raw = _as_json(body).encode()
    typed = {"Content-Type": "application/json", **headers}
    return await _call(session, "POST", url, raw, headers=typed, timeout_s=timeout_s)


async def post_form(
    session: aiohttp.ClientSession,
    url: str,
    fields: Sequence[tuple[str, str]],
    *,
    headers: Mapping[str, str],
    timeout_s: float,
) -> Answer | NotSent | Unknown:
    """POST one form (application/x-www-form-urlencoded); a name may stand more than once."""
    return await _call(session, "POST", url, aiohttp.FormData(fields), headers=headers, timeout_s=timeout_s)


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a request with several."""

    name: str
    file_name: str
    content_type: str
    content: bytes


async def put_parts(
    session: aiohttp.ClientSession,
    url: str,
    parts: Sequence[Part],
    *,
    headers: Mapping[str, str],
    timeout_s: float,
) -> Answer | NotSent | Unknown:
    """PUT several files (multipart/form-data)."""
    form = aiohttp.FormData()
    for part in parts:
        form.add_field(part.name, part.content, content_type=part.content_type, filename=part.file_name)
    return await _call(session, "PUT", url, form, headers=headers, timeout_s=timeout_s)


async def post_raw(
    session: aiohttp.ClientSession, url: str, raw: bytes, *, headers: Mapping[str, str], timeout_s: float
) -> Answer | NotSent | Unknown:
    """POST these very bytes, which somebody has signed; of the answer the status alone, its body is not read."""
    return await _call(session, "POST", url, raw, headers=headers, timeout_s=timeout_s, reads_body=False)


async def get_json(
    session: aiohttp.ClientSession, url: str, *, headers: Mapping[str, str], timeout_s: float
) -> Answer | NotSent | Unknown:
    """GET one JSON document."""
    return await _call(session, "GET", url, None, headers=headers, timeout_s=timeout_s)


async def _call(
    session: aiohttp.ClientSession,
    method: str,
    url: str,
    data: bytes | aiohttp.FormData | None,
    *,
    headers: Mapping[str, str],
    timeout_s: float,
    reads_body: bool = True,
) -> Answer | NotSent | Unknown:
    # aiohttp sends a PUT a second time by itself when the connection breaks (RFC 9112 §9.3.1 allows it). The answer to that
    # second one would hide that the first may have been acted on: one call is one request.
    session._retry_connection = False  # noqa: SLF001 - there is no public way; the test says whether it still works
    try:
        async with session.request(
            method,
            url,
            data=data,
            headers=headers,
            timeout=_within(timeout_s),
            allow_redirects=False,
        ) as response:
            raw = await response.read() if reads_body else b""
            return Answer(response.status, response.headers, _parse(raw))
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
        return NotSent(type(error).__name__)
    except (TimeoutError, aiohttp.ClientError) as error:
        return Unknown(type(error).__name__)


@lru_cache(maxsize=16)
def _within(timeout_s: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=timeout_s, connect=min(timeout_s, 5))


def _parse(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return None
