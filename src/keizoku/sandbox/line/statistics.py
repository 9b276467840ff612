"""LINE's counting: quota and consumption, messages a day, aggregation units of the month."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from aiohttp import web

from keizoku.sandbox.clock import Clock
from keizoku.sandbox.line.deliveries import TOKYO, Deliveries
from keizoku.sandbox.line.objections import Objections
from keizoku.sandbox.line.refusals import LineRefusal

MONTHLY_QUOTA = 1_000_000
_FIRST_DAY = "20180331"  # LINE counts since then
_MOST_UNITS = 1000
_UNIT = re.compile(r"[a-zA-Z0-9_]{1,30}")
_COUNTED = ("reply", "push", "multicast", "broadcast", "pnp", "pnp/templated")


class Statistics:
    def __init__(self, deliveries: Deliveries, clock: Clock, quota: int = MONTHLY_QUOTA) -> None:
        self.quota = quota
        self._deliveries = deliveries
        self._clock = clock
        self._units: dict[str, list[str]] = defaultdict(list)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/v2/bot/message/quota", self.tell_quota),
            web.get("/v2/bot/message/quota/consumption", self.tell_consumption),
            web.get("/v2/bot/message/aggregation/info", self.tell_units_used),
            web.get("/v2/bot/message/aggregation/list", self.list_units),
            web.get(r"/v2/bot/message/delivery/{kind:pnp/templated|[a-z]+}", self.tell_sent),
        ]

    def used_this_month(self) -> int:
        return self._deliveries.sent_in_month(self._month())

    def check_units(self, body: Mapping[str, Any], objections: Objections) -> list[str]:
        """customAggregationUnits: at most one name of at most 30 letters, digits and underscores."""
        units = body.get("customAggregationUnits") or []
        if not isinstance(units, list) or len(units) > 1:
            objections.add("customAggregationUnits", "Size must be between 0 and 1")
            return []
        for index, unit in enumerate(units):
            if not isinstance(unit, str) or not _UNIT.fullmatch(unit):
                where = f"customAggregationUnits[{index}]"
                objections.add(where, "Invalid characters are included in custom aggregation unit")
        return units

    def note_units(self, units: Sequence[str]) -> None:
        """Units of this month; from the 1,001st on they are not assigned, and nobody is told."""
        known = self._units[self._month()]
        known.extend(unit for unit in units if unit not in known and len(known) < _MOST_UNITS)

    async def tell_quota(self, _request: web.Request) -> web.Response:
        return web.json_response({"type": "limited", "value": self.quota})

    async def tell_consumption(self, _request: web.Request) -> web.Response:
        return web.json_response({"totalUsage": self.used_this_month()})

    async def tell_units_used(self, _request: web.Request) -> web.Response:
        return web.json_response({"numOfCustomAggregationUnits": len(self._units[self._month()])})

    async def list_units(self, _request: web.Request) -> web.Response:
        return web.json_response({"customAggregationUnits": self._units[self._month()]})

    async def tell_sent(self, request: web.Request) -> web.Response:
        """Ready from the day after (Tokyo) on."""
        kind = request.match_info["kind"]
        if kind not in _COUNTED:
            raise web.HTTPNotFound
        day = request.query.get("date", "")
        try:
            datetime.strptime(day, "%Y%m%d").replace(tzinfo=TOKYO)
        except ValueError:
            raise LineRefusal(400, "The value for the 'date' parameter is invalid") from None
        today = self._clock.business().astimezone(TOKYO).strftime("%Y%m%d")
        if day < _FIRST_DAY:
            return web.json_response({"status": "out_of_service"})
        if day >= today:
            return web.json_response({"status": "unready"})
        return web.json_response({"status": "ready", "success": self._deliveries.sent_on(kind, day)})

    def _month(self) -> str:
        return self._clock.business().astimezone(TOKYO).strftime("%Y%m")
