"""Karaden's Message API over HTTP: send, list, get, cancel. Bulk files need a plan with invoices and are not offered.

Errors are Karaden's: {object, code, message, errors}. The journal's line is written before the answer leaves. There is no
key that makes a repetition harmless: the same request twice is two messages; tags find what was taken.
"""

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from keizoku.sandbox.answering import ACTED, CarrierError, Handler, refuse_by_fault, serve
from keizoku.sandbox.clock import Clock
from keizoku.sandbox.faults import Faults
from keizoku.sandbox.journal import Journal
from keizoku.sandbox.sms.exchange import Exchange
from keizoku.sandbox.sms.messages import SERVICE_ID, Message

VERSIONS = frozenset({"2023-01-01", "2023-12-01", "2024-03-01"})
# Any tenant of the form that Karaden gives; the demo uses this one.
TENANT = "00000000-0000-4000-8000-000000000001"
LONGEST_BODY = 660
MOST_A_PAGE = 100
LONGEST_SCHEDULE = timedelta(days=30)
_RAW = web.RequestKey("sms body", str)
Form = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Account:
    """The bank's project at the carrier."""

    tenant: str
    token: str


class KaradenError(CarrierError):
    def __init__(
        self, status: int, code: str, message: str, errors: Mapping[str, list[str]] | None = None
    ) -> None:
        body = {"object": "error", "code": code, "message": message, "errors": errors}
        super().__init__(status, code, body)


class Api:
    def __init__(
        self, account: Account, exchange: Exchange, clock: Clock, journal: Journal, faults: Faults
    ) -> None:
        self._account = account
        self._exchange = exchange
        self._clock = clock
        self._journal = journal
        self._faults = faults

    def routes(self) -> list[web.RouteDef]:
        messages = "/api/{tenant}/messages"
        return [
            web.post(messages, self._through(self.send)),
            web.get(messages, self._through(self.listed), allow_head=False),
            web.get(f"{messages}/{{id}}", self._through(self.one), allow_head=False),
            web.post(f"{messages}/{{id}}/cancel", self._through(self.cancel)),
        ]

    async def send(self, request: web.Request) -> web.Response:
        form = await request.post()
        errors = _objections(form, self._clock.business())
        if errors:
            raise KaradenError(422, "validation_error", "バリデーションエラーが発生しました", errors)
        message = self._exchange.take(
            str(form["to"]),
            str(form["body"]),
            [str(tag) for tag in form.getall("tags[]", [])],
            is_shorten=str(form.get("is_shorten", "")) in {"1", "true"},
            scheduled_at=_moment(form, "scheduled_at"),
            limited_at=_moment(form, "limited_at"),
        )
        request[ACTED] = True
        return web.json_response(message.as_json())

    async def listed(self, request: web.Request) -> web.Response:
        """Newest first; filters must all hold."""
        query = request.query
        page, size = _whole(query, "page", 1), min(_whole(query, "per_page", 20), MOST_A_PAGE)
        found = [
            message
            for message in reversed(self._exchange.messages.values())
            if ("tag" not in query or query["tag"] in message.tags)
            and ("to" not in query or query["to"] == message.to)
            and ("status" not in query or query["status"] == message.status)
            and ("sent_result" not in query or query["sent_result"] == message.sent_result)
        ]
        shown = found[(page - 1) * size : page * size]
        return web.json_response(
            {
                "object": "list",
                "has_more": len(found) > page * size,
                "data": [message.as_json() for message in shown],
            }
        )

    async def one(self, request: web.Request) -> web.Response:
        return web.json_response(self._message(request).as_json())

    async def cancel(self, request: web.Request) -> web.Response:
        message = self._message(request)
        if not self._exchange.cancel(message):
            raise KaradenError(400, "can_not_cancel_message", "キャンセルできないメッセージです")
        return web.json_response(message.as_json())

    def _message(self, request: web.Request) -> Message:
        message = self._exchange.messages.get(request.match_info["id"])
        if message is None:
            raise KaradenError(404, "model_not_found", "対象となるモデルが見つかりませんでした")
        return message

    def _through(self, handler: Handler) -> Handler:
        async def served(request: web.Request) -> web.Response:
            is_send = request.method == "POST" and request.path.endswith("/messages")
            fault = self._faults.take("sms") if is_send else None

            async def checked(request: web.Request) -> web.Response:
                request[_RAW] = (await request.read()).decode(errors="replace")
                refuse_by_fault(
                    fault,
                    busy=KaradenError(429, "unknown", "リクエストが多すぎます"),
                    failed=KaradenError(500, "unknown", "不明なエラーが発生しました"),
                )
                self._check(request)
                return await handler(request)

            return await serve(request, checked, journal=self._journal, fault=fault, told=_told)

        return served

    def _check(self, request: web.Request) -> None:
        if request.match_info["tenant"] != self._account.tenant:
            raise KaradenError(400, "invalid_tenant", "不正なテナントIDが指定されています")
        if request.headers.get("Karaden-Version", "2024-03-01") not in VERSIONS:
            raise KaradenError(400, "invalid_version", "不正なバージョンが指定されています")
        expected = f"Bearer {self._account.token}"
        if not hmac.compare_digest(request.headers.get("Authorization", "").encode(), expected.encode()):
            words = "認証に失敗しました、指定されているトークンは利用できません"
            raise KaradenError(401, "unauthentication", words)


def _told(request: web.Request) -> dict[str, str]:
    return {"carrier": "sms", "query": request.query_string, "body": request.get(_RAW, "")}


def _objections(form: Form, now: datetime) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if str(form.get("service_id", "")) != str(SERVICE_ID):
        errors["service_id"] = ["サービスIDが正しくありません。"]
    if not re.fullmatch(r"[0-9]{11}", str(form.get("to", ""))):
        errors["to"] = ["送信先電話番号は11桁の数字で指定してください。"]
    if not 0 < len(str(form.get("body", ""))) <= LONGEST_BODY:
        errors["body"] = [f"本文は1文字以上{LONGEST_BODY}文字以内で指定してください。"]
    for name in ("scheduled_at", "limited_at"):
        try:
            moment = _moment(form, name)
        except ValueError:
            errors[name] = ["日時はISO 8601形式で指定してください。"]
            continue
        if moment and (moment < now - timedelta(minutes=1) or moment > now + LONGEST_SCHEDULE):
            errors[name] = ["日時が範囲外です。"]
    return errors


def _moment(form: Form, name: str) -> datetime | None:
    """ValueError where it is no moment with its zone."""
    if not (text := str(form.get(name, ""))):
        return None
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(name)
    return moment


def _whole(query: Mapping[str, str], name: str, otherwise: int) -> int:
    text = query.get(name, "")
    return max(int(text), 1) if text.isdecimal() else otherwise
