"""The gate of LINE's API: every request is journalled, authorised, rate-limited, and given its faults here.

The journal's line is written before the answer leaves, so a test that has the answer also finds the line.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiohttp import web

from keizoku.sandbox.answering import leave
from keizoku.sandbox.faults import Fault, FaultKind, Faults
from keizoku.sandbox.journal import Journal, Receipt, as_text
from keizoku.sandbox.line.channel import AccessTokens
from keizoku.sandbox.line.ids import request_id
from keizoku.sandbox.line.limits import Buckets
from keizoku.sandbox.line.refusals import NOT_FOUND, RATE_EXCEEDED, UNAUTHORISED, LineRefusal

LARGEST_BODY = 2 * 1024 * 1024
_ACTED = web.RequestKey("acted", bool)
_OWN_ID = web.RequestKey("own id", str)
_OPEN_PATHS = ("/oauth2/", "/v2/oauth/")
_SENDS = frozenset(
    {
        "/bot/pnp/push",
        "/v2/bot/message/pnp/templated/push",
        "/v2/bot/message/push",
        "/v2/bot/message/multicast",
        "/v2/bot/message/reply",
    }
)
_JOURNALLED_HEADERS = ("content-type", "x-line-retry-key", "x-line-delivery-tag", "user-agent")
_NOT_LINE = ("/phone", "/_sandbox", "/api/", "/print", "/dialog/")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Gate:
    def __init__(self, journal: Journal, tokens: AccessTokens, buckets: Buckets, faults: Faults) -> None:
        self._journal = journal
        self._tokens = tokens
        self._buckets = buckets
        self._faults = faults

    def middleware(self) -> Any:
        @web.middleware
        async def through_the_gate(request: web.Request, handler: Handler) -> web.StreamResponse:
            if request.path == "/" or request.path.startswith(_NOT_LINE):
                return await handler(request)
            return await self._serve(request, handler)

        return through_the_gate

    async def _serve(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        receipt = self._journal.receive()
        own_id = request[_OWN_ID] = request_id()
        is_send = request.method == "POST" and request.path in _SENDS
        fault = self._faults.take("line") if is_send else None
        raw, response = await self._answer(request, handler, fault)
        response.headers["x-line-request-id"] = own_id
        is_silent = fault is not None and fault.is_silent
        self._write(receipt, request, raw, own_id, fault, status=None if is_silent else response.status)
        await leave(request, fault)
        return response

    async def _answer(
        self, request: web.Request, handler: Handler, fault: Fault | None
    ) -> tuple[bytes, web.StreamResponse]:
        raw = b""
        try:
            raw = await self._read(request)
            self._refuse_by_fault(fault)
            self._check(request)
            return raw, await handler(request)
        except LineRefusal as refusal:
            return raw, web.json_response(refusal.body(), status=refusal.status, headers=refusal.headers)
        except web.HTTPNotFound:
            return raw, web.json_response({"message": NOT_FOUND}, status=404)
        except web.HTTPMethodNotAllowed as wrong:
            allowed = {"Allow": ",".join(sorted(wrong.allowed_methods))}
            return raw, web.json_response({"message": "Method not allowed"}, status=405, headers=allowed)

    async def _read(self, request: web.Request) -> bytes:
        try:
            return await request.read()
        except web.HTTPRequestEntityTooLarge:
            raise LineRefusal(413, "Request entity too large") from None

    def _refuse_by_fault(self, fault: Fault | None) -> None:
        if fault is None:
            return
        if fault.kind is FaultKind.FAIL:
            raise LineRefusal(500, "Internal server error")
        if fault.kind is FaultKind.RATE_LIMIT:
            raise LineRefusal(429, RATE_EXCEEDED)
        if fault.kind is FaultKind.DROP_BEFORE:
            raise LineRefusal(500, "dropped")  # never leaves: the connection is cut instead

    def _check(self, request: web.Request) -> None:
        if isinstance(request.match_info.http_exception, web.HTTPNotFound):
            raise LineRefusal(404, NOT_FOUND)
        is_open = request.path.startswith(_OPEN_PATHS)
        if not is_open and not self._tokens.admits(request.headers.get("Authorization")):
            scheme = 'Bearer error="invalid_token", error_description="invalid token"'
            raise LineRefusal(401, UNAUTHORISED, headers={"WWW-Authenticate": scheme})
        resource = request.match_info.route.resource
        endpoint = resource.canonical if resource is not None else request.path
        if not self._buckets.admits(f"{request.method} {endpoint}"):
            raise LineRefusal(429, RATE_EXCEEDED)

    def _write(
        self,
        receipt: Receipt,
        request: web.Request,
        raw: bytes,
        own_id: str,
        fault: Fault | None,
        *,
        status: int | None,
    ) -> None:
        body, encoding = as_text(raw)
        headers = {
            name: request.headers[name] for name in _JOURNALLED_HEADERS if name in request.headers
        }  # without Authorization
        self._journal.write(
            receipt,
            {
                "carrier": "line",
                "method": request.method,
                "path": request.path,
                "query": request.query_string,
                "headers": headers,
                "body": body,
                "body_encoding": encoding,
                "status": status,
                "request_id": own_id,
                "fault": fault.kind.value if fault else None,
                "acted": request.get(_ACTED, False),
            },
        )


def own_request_id(request: web.Request) -> str:
    """What x-line-request-id will say."""
    return request[_OWN_ID]


def accepted(request: web.Request) -> None:
    """To be called by a handler that has taken on a send that was not taken on before."""
    request[_ACTED] = True


async def json_body(request: web.Request) -> Mapping[str, Any]:
    """The request's JSON object, or LINE's 400."""
    if request.content_type != "application/json":
        raise LineRefusal(415, "The content type is not supported")
    try:
        body = json.loads(await request.read())
    except ValueError:
        raise LineRefusal(400, "The request body could not be parsed as JSON") from None
    if not isinstance(body, dict):
        raise LineRefusal(400, "The request body could not be parsed as JSON")
    return body
