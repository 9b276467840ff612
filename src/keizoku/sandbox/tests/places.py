"""A small world for the sandbox's own tests, a bank that hears its webhooks, and waiting without sleeping."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from keizoku.sandbox.chance import Chance
from keizoku.sandbox.line.channel import Channel
from keizoku.sandbox.outside import Plan, outside
from keizoku.sandbox.world.assumptions import Mailbox, Reception
from keizoku.sandbox.world.people import World
from keizoku.sandbox.world.reading import Person

CHANNEL = Channel("1234567890", "channel-secret", "channel-token", "みらい銀行")
HEAD = (
    "顧客番号,区分,氏名,氏名カナ,生年月日,郵便番号,住所,電話番号,メールアドレス,国籍,在留期限,職業,"
    "取引目的,商品,支店番号,口座番号,口座開設日,最終確認日,連絡停止"
)
PATIENCE = 10.0


def person(index: int, **changes: Any) -> Any:
    given = {
        "number": f"{index:010d}",
        "name": f"山田 {index}",
        "birth_date": date(1960, 4, 8),
        "postal_code": "150-0002",
        "address": "東京都渋谷区渋谷1-1-1",
        "phone": f"+8190{10000000 + index}",
        "mail": f"person{index}@example.jp",
        "occupation": "会社員",
        "purpose": "生計費決済",
        "account_number": f"{1000000 + index}",
    }
    return Person(**{**given, **changes})


PEOPLE = [person(index) for index in range(1, 401)]


def people_with(reception: Reception, *, seed: int = 1) -> list[Any]:
    """Those of PEOPLE whose phone stands so, in the world of this seed."""
    world = World(PEOPLE, Chance(seed))
    return [each for each in PEOPLE if world.reception(each.phone or "") is reception]


def people_whose_mailbox(mailbox: Mailbox, *, seed: int = 1) -> list[Any]:
    world = World(PEOPLE, Chance(seed))
    return [each for each in PEOPLE if world.mailbox(each.mail or "") is mailbox]


def line(words: str = "お客さま情報の確認をお願いします") -> dict[str, Any]:
    return {"type": "text", "text": words}


class Bank:
    """Hears webhooks; `statuses` are what it answers first, then 200."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[tuple[bytes, str]] = asyncio.Queue()
        self.statuses: list[int] = []
        self.url = ""

    async def hear(self, request: web.Request) -> web.Response:
        self.heard.put_nowait((await request.read(), request.headers["x-line-signature"]))
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    async def next_event(self) -> dict[str, Any]:
        body, _ = await asyncio.wait_for(self.heard.get(), PATIENCE)
        return dict(json.loads(body)["events"][0])


@asynccontextmanager
async def bank() -> AsyncIterator[Bank]:
    hearing = Bank()
    app = web.Application()
    app.add_routes([web.post("/webhooks/line", hearing.hear)])
    async with TestServer(app) as server:
        hearing.url = str(server.make_url("/webhooks/line"))
        yield hearing


class Caller:
    """Calls LINE's API, and the control, of a running sandbox."""

    def __init__(self, session: aiohttp.ClientSession, running: Any) -> None:
        self._session = session
        self.running = running

    async def post(self, path: str, body: Any, **headers: str) -> tuple[int, Any, dict[str, str]]:
        return await self.call("POST", path, body, **headers)

    async def get(self, path: str) -> tuple[int, Any, dict[str, str]]:
        return await self.call("GET", path, None)

    async def call(
        self, method: str, path: str, body: Any, **headers: str
    ) -> tuple[int, Any, dict[str, str]]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        given = {"Authorization": f"Bearer {CHANNEL.token}", **named}
        async with self._session.request(
            method, self.running.url + path, json=body, headers=given, allow_redirects=False
        ) as response:
            is_json = response.content_type == "application/json"
            answer = await (response.json() if is_json else response.text())
            return response.status, answer, {name.lower(): value for name, value in response.headers.items()}

    async def journal(self, carrier: str) -> list[dict[str, Any]]:
        _, answer, _ = await self.get(f"/_sandbox/journal?carrier={carrier}&limit=10000")
        return list(answer["lines"])

    async def status(self) -> Any:
        return (await self.get("/_sandbox/status"))[1]


@asynccontextmanager
async def sandbox(tmp_path: Any, **changes: Any) -> AsyncIterator[Caller]:
    """A running outside world that delivers at once."""
    plan = {
        "people": PEOPLE,
        "state": tmp_path,
        "channel": CHANNEL,
        "quickest_delivery": 0.0,
        "slowest_delivery": 0.0,
        "redeliveries": (0.0, 0.0),
        **changes,
    }
    async with outside(Plan(**plan)) as running, aiohttp.ClientSession() as session:
        yield Caller(session, running)


async def until(holds: Callable[[], Any]) -> Any:
    """Waits for a condition that other tasks of this loop bring about; gives up loudly."""
    async with asyncio.timeout(PATIENCE):
        while not (found := holds()):  # noqa: ASYNC110 - any condition, so there is no one event
            await asyncio.sleep(0)  # lets the other tasks run; nobody waits for time here
    return found
