"""How a carrier that is spoken to over HTTP answers: the journal's line is written first, then an armed fault has its way.

A fault that says nothing cuts the connection in place of the answer, so that the caller cannot know whether the carrier
acted.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from aiohttp import web

from keizoku.sandbox.faults import Fault, FaultKind
from keizoku.sandbox.journal import Journal

ACTED: Final = web.RequestKey("carrier acted", bool)
Handler = Callable[[web.Request], Awaitable[web.Response]]


class CarrierError(Exception):
    """An error answer in the carrier's own words."""

    def __init__(self, status: int, code: str, body: Mapping[str, Any]) -> None:
        super().__init__(code)
        self.status = status
        self.body = body


def refuse_by_fault(fault: Fault | None, *, busy: CarrierError, failed: CarrierError) -> None:
    """Raise what an armed fault makes of the request; ``failed`` stands in for a cut connection, too."""
    if fault is None:
        return
    if fault.kind is FaultKind.RATE_LIMIT:
        raise busy
    if fault.kind in {FaultKind.FAIL, FaultKind.DROP_BEFORE}:
        raise failed


async def serve(
    request: web.Request,
    handler: Handler,
    *,
    journal: Journal,
    fault: Fault | None,
    told: Callable[[web.Request], Mapping[str, Any]],
) -> web.Response:
    """``told`` is what the journal's line says beside method, path, status, fault and whether the carrier ``ACTED``."""
    receipt = journal.receive()
    try:
        response = await handler(request)
    except CarrierError as error:
        response = web.json_response(error.body, status=error.status)
    entry = {
        "method": request.method,
        "path": request.path,
        "status": None if fault and fault.is_silent else response.status,
        "fault": fault.kind.value if fault else None,
        "acted": request.get(ACTED, False),
    }
    journal.write(receipt, {**told(request), **entry})
    await leave(request, fault)
    return response


async def leave(request: web.Request, fault: Fault | None) -> None:
    """Keep the caller waiting, or cut the connection, as the fault says."""
    if fault is None:
        return
    if fault.is_late:
        await asyncio.sleep(fault.delay)
    if fault.is_silent and request.transport is not None:
        request.transport.abort()
