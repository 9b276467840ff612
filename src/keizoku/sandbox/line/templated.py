"""LINE notification messages by template (since SDK 3.26): fixed words by LINE, our values and links.

LINE's tables of template, item and button keys are not public text. Keys here are checked for their form; which
templates the account may use is a list given at the start.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from aiohttp import web

from keizoku.sandbox.line.actions import check_uri
from keizoku.sandbox.line.deliveries import Deliveries
from keizoku.sandbox.line.gate import accepted, json_body
from keizoku.sandbox.line.idempotency import refuse_retry_key
from keizoku.sandbox.line.objections import Objections
from keizoku.sandbox.line.refusals import Detail, LineRefusal
from keizoku.sandbox.line.sending import check_digest, delivery_tag
from keizoku.sandbox.line.statistics import Statistics

# The first is LINE's own sample; the second is this sandbox's, since LINE's table was not to be had.
TEMPLATE_KEYS = frozenset({"shipment_completed_ja", "customer_confirmation_ja"})
_KEY = re.compile(r"[a-z][a-z0-9_]*_(?:ja|en|th|zh_hant)")
_NO_TEMPLATE = "The specified template doesn't exist, or you don't have the permission"


class Templated:
    def __init__(
        self, deliveries: Deliveries, statistics: Statistics, template_keys: Collection[str] = TEMPLATE_KEYS
    ) -> None:
        self._deliveries = deliveries
        self._statistics = statistics
        self._template_keys = template_keys

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/v2/bot/message/pnp/templated/push", self.push)]

    async def push(self, request: web.Request) -> web.Response:
        """202 and an empty object."""
        refuse_retry_key(request.headers.get("X-Line-Retry-Key"))
        request_body = await json_body(request)
        objections = Objections()
        tag = delivery_tag(request, objections)
        check_digest(request_body, objections)
        key = objections.text(request_body, "templateKey", "", longest=100)
        body = request_body.get("body")
        parts = body if isinstance(body, Mapping) else {}
        _check_items(parts, objections)
        _check_buttons(parts, objections)
        units = self._statistics.check_units(request_body, objections)
        objections.raise_if_any()
        if key not in self._template_keys:
            raise LineRefusal(400, f"Invalid templateKey: {key}", [Detail(_NO_TEMPLATE, "templateKey")])
        _refuse_unknown_keys(parts)
        message = {"type": "templated", "templateKey": key, "body": parts}
        self._deliveries.notify(request_body["to"], [message], tag, "pnp/templated")
        self._statistics.note_units(units)
        accepted(request)
        return web.json_response({}, status=202)


def _check_items(body: Mapping[str, Any], objections: Objections) -> None:
    seen: set[str] = set()
    items = objections.listed(body, "items", "body", least=0, most=15)
    for index, item in enumerate(items):
        where = f"body.items[{index}]"
        key = objections.text(item, "itemKey", where, longest=100)
        objections.text(item, "content", where, longest=300)
        if key and key in seen:
            _object_to_duplicate(key, f"{where}.itemKey", objections)
        seen.add(key)
    emphasised = body.get("emphasizedItem")
    if isinstance(emphasised, Mapping):
        where = "body.emphasizedItem"
        key = objections.text(emphasised, "itemKey", where, longest=100)
        objections.text(emphasised, "content", where, longest=15)
        if key and key in seen:
            _object_to_duplicate(key, f"{where}.itemKey", objections)


def _object_to_duplicate(key: str, where: str, objections: Objections) -> None:
    message = f"Duplicate itemKey in items or between emphasizedItem and items are not allowed: {key}"
    objections.add(where, message)


def _check_buttons(body: Mapping[str, Any], objections: Objections) -> None:
    seen: set[str] = set()
    for index, button in enumerate(objections.listed(body, "buttons", "body", least=0, most=2)):
        where = f"body.buttons[{index}]"
        key = objections.text(button, "buttonKey", where, longest=100)
        check_uri(objections.text(button, "url", where, longest=1000), f"{where}.url", objections)
        if key and key in seen:
            objections.add(f"{where}.buttonKey", f"Duplicate buttonKey in buttons are not allowed: {key}")
        seen.add(key)


def _refuse_unknown_keys(body: Mapping[str, Any]) -> None:
    emphasised = body.get("emphasizedItem")
    named = [("body.emphasizedItem.itemKey", "item", emphasised["itemKey"])] if emphasised else []
    for index, item in enumerate(body.get("items") or ()):
        named.append((f"body.items[{index}].itemKey", "item", item["itemKey"]))
    for index, button in enumerate(body.get("buttons") or ()):
        named.append((f"body.buttons[{index}].buttonKey", "button", button["buttonKey"]))
    unknown = [
        Detail(f"The specified {kind} key does not exist: {key}", where)
        for where, kind, key in named
        if not _KEY.fullmatch(key)
    ]
    if unknown:
        raise LineRefusal(400, f"The request body has {len(unknown)} invalid key(s).", unknown)
