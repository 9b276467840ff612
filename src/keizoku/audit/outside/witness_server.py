"""The witness's web server: takes heads, countersigns them, refuses to go back. A process of its own.

    POST /heads  {"installation": …, "heads": [{"number", "previous", "digest"}, …]}  → the last head's line
    GET  /heads?installation=…                                                       → the newest line kept

Each call carries ``Authorization: Bearer <token>``. 401: another token. 409: the heads do not go on from what is kept.
"""

import asyncio
import hmac
import json
import ssl
import sys
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from aiohttp import web

from keizoku.audit.outside.witness_book import Book, NewHead, NotContinued

MOST_HEADS = 1000
_HEX_DIGITS = set("0123456789abcdef")
_DIGEST_LENGTH = 64

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def application(book: Book, token: str) -> web.Application:
    """The witness as an aiohttp application; one request at a time writes."""

    @web.middleware
    async def authorised(request: web.Request, handler: Handler) -> web.StreamResponse:
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return _answer(HTTPStatus.UNAUTHORIZED, {"code": "token_wrong"})
        return await handler(request)

    async def keep(request: web.Request) -> web.Response:
        try:
            installation, heads = read_request(await request.read())
        except (ValueError, TypeError, KeyError):
            return _answer(HTTPStatus.BAD_REQUEST, {"code": "request_malformed"})
        try:
            line = book.keep(installation, heads)
        except NotContinued as refusal:
            _tell("witness.refused", code=refusal.code, number=refusal.number)
            return _answer(HTTPStatus.CONFLICT, {"code": refusal.code, "number": refusal.number})
        _tell("witness.kept", number=line["number"])
        return _answer(HTTPStatus.OK, line)

    async def newest(request: web.Request) -> web.Response:
        line = book.newest(request.query.get("installation", ""))
        return (
            _answer(HTTPStatus.OK, line) if line else _answer(HTTPStatus.NOT_FOUND, {"code": "nothing_kept"})
        )

    app = web.Application(middlewares=[authorised], client_max_size=1024 * 1024)
    app.add_routes([web.post("/heads", keep), web.get("/heads", newest)])
    return app


async def serve(
    book: Book, token: str, *, host: str, port: int, tls: ssl.SSLContext | None, ready: Callable[[int], None]
) -> None:
    """Serve until cancelled; ``ready`` is told the port."""
    runner = web.AppRunner(application(book, token), access_log=None)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port, ssl_context=tls)
        await site.start()
        ready(runner.addresses[0][1])
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


def read_request(body: bytes) -> tuple[str, list[NewHead]]:
    """The installation and its heads; ``ValueError``, ``TypeError`` or ``KeyError`` for anything else."""
    asked = json.loads(body)
    installation, heads = asked["installation"], asked["heads"]
    if not isinstance(installation, str) or not 0 < len(installation) <= 200:  # noqa: PLR2004 - a kind and an instant
        raise ValueError("installation")
    if not isinstance(heads, list) or not 0 < len(heads) <= MOST_HEADS:
        raise ValueError("heads")
    return installation, [_head(one) for one in heads]


def _head(one: dict[str, Any]) -> NewHead:
    head = NewHead(one["number"], one["previous"], one["digest"])
    if type(head.number) is not int or head.number < 1:
        raise ValueError("number")
    for digest in (head.previous, head.digest):
        if len(digest) != _DIGEST_LENGTH or set(digest) - _HEX_DIGITS:
            raise ValueError("digest")
    return head


def _answer(status: int, body: dict[str, Any]) -> web.Response:
    return web.json_response(body, status=status)


def _tell(event: str, **fields: object) -> None:
    sys.stderr.write(json.dumps({"event": event, **fields}) + "\n")
