"""/_sandbox: status, journals, faults, the business clock and the population's switch. For demos and tests."""

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from keizoku.sandbox.clock import Clock, iso
from keizoku.sandbox.faults import CARRIERS, FaultKind, Faults
from keizoku.sandbox.inbox import Inbox, Kind
from keizoku.sandbox.journal import Journal
from keizoku.sandbox.line.deliveries import Deliveries
from keizoku.sandbox.line.webhooks import Webhooks
from keizoku.sandbox.mail.office import PostOffice
from keizoku.sandbox.mail.returns import Returns
from keizoku.sandbox.population.crowd import Crowd
from keizoku.sandbox.print.house import House
from keizoku.sandbox.sms.exchange import Exchange
from keizoku.sandbox.world.people import World

_MOST_LINES = 10_000


class Control:
    def __init__(
        self,
        *,
        world: World,
        clock: Clock,
        journals: Mapping[str, Journal],
        faults: Faults,
        inbox: Inbox,
        deliveries: Deliveries,
        webhooks: Webhooks,
        office: PostOffice,
        returns: Returns,
        exchange: Exchange,
        house: House,
        crowd: Crowd,
    ) -> None:
        self._world = world
        self._clock = clock
        self._journals = journals
        self._faults = faults
        self._inbox = inbox
        self._deliveries = deliveries
        self._webhooks = webhooks
        self._office = office
        self._returns = returns
        self._exchange = exchange
        self._house = house
        self._crowd = crowd

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/_sandbox/status", self.tell_status),
            web.get("/_sandbox/journal", self.show_journal),
            web.post("/_sandbox/faults", self.arm_fault),
            web.delete("/_sandbox/faults", self.disarm_faults),
            web.post("/_sandbox/clock", self.set_clock),
            web.post("/_sandbox/population", self.switch_population),
        ]

    def status(self) -> dict[str, Any]:
        return {
            "now": iso(self._clock.wall()),
            "business_now": iso(self._clock.business()),
            "people": len(self._world.people),
            "line": {
                **self._deliveries.counts,
                "waiting_for_consent": self._deliveries.all_prompted(),
                "in_talks": self._inbox.count(Kind.LINE),
            },
            "webhooks": dict(self._webhooks.counts),
            "smtp": {
                **self._office.counts,
                **self._returns.counts,
                "in_mailboxes": self._inbox.count(Kind.MAIL),
            },
            "sms": {**self._exchange.counts, "in_phones": self._inbox.count(Kind.SMS)},
            "print": dict(self._house.counts),
            "population": self._crowd.status(),
            "faults": self._faults.listed(),
        }

    async def tell_status(self, _request: web.Request) -> web.Response:
        return web.json_response(self.status())

    async def show_journal(self, request: web.Request) -> web.Response:
        """?carrier=line|smtp|sms|print|webhooks|answers&after=SEQUENCE&limit=N"""
        journal = self._journals.get(request.query.get("carrier", ""))
        if journal is None:
            return _refuse(f"carrier must be one of {', '.join(self._journals)}")
        try:
            after = int(request.query.get("after", "0"))
            limit = min(int(request.query.get("limit", "1000")), _MOST_LINES)
        except ValueError:
            return _refuse("after and limit must be numbers")
        lines = await asyncio.to_thread(journal.read, after=after, limit=limit)
        return web.json_response({"lines": lines})

    async def arm_fault(self, request: web.Request) -> web.Response:
        """{"carrier": "line", "kind": "slow", "count": 3, "delay_ms": 2000}"""
        body = await _json(request)
        carrier, kind = body.get("carrier"), body.get("kind")
        count, delay = body.get("count", 1), body.get("delay_ms", 3000)
        if carrier not in CARRIERS:
            return _refuse(f"carrier must be one of {', '.join(CARRIERS)}")
        if kind not in set(FaultKind):
            return _refuse(f"kind must be one of {', '.join(FaultKind)}")
        if not isinstance(count, int) or count < 1 or not isinstance(delay, int) or delay < 0:
            return _refuse("count must be 1 or more, delay_ms 0 or more")
        self._faults.arm(carrier, FaultKind(kind), count, delay / 1000)
        return web.json_response({"faults": self._faults.listed()})

    async def disarm_faults(self, _request: web.Request) -> web.Response:
        self._faults.disarm()
        return web.json_response({"faults": []})

    async def set_clock(self, request: web.Request) -> web.Response:
        """{"now": "2026-11-24T09:00:00+09:00"}: business time from here on."""
        body = await _json(request)
        try:
            now = datetime.fromisoformat(str(body.get("now", "")))
        except ValueError:
            return _refuse("now must be ISO 8601 with its zone")
        if now.tzinfo is None:
            return _refuse("now must say its zone")
        self._clock.set_business(now)
        return web.json_response({"business_now": iso(self._clock.business())})

    async def switch_population(self, request: web.Request) -> web.Response:
        """{"on": true}"""
        body = await _json(request)
        if not isinstance(body.get("on"), bool):
            return _refuse("on must be true or false")
        self._crowd.switch(on=body["on"])
        return web.json_response(self._crowd.status())


async def _json(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _refuse(reason: str) -> web.Response:
    return web.json_response({"error": reason}, status=400)
