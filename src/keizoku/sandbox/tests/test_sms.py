"""The SMS carrier: what it takes, refuses, delivers and tells."""

import asyncio
from typing import Any

from keizoku.sandbox.chance import Chance
from keizoku.sandbox.inbox import Inbox, Kind
from keizoku.sandbox.sms.api import TENANT
from keizoku.sandbox.tests.places import PEOPLE, sandbox, until
from keizoku.sandbox.world.assumptions import Handset
from keizoku.sandbox.world.people import World

PATH = f"/api/{TENANT}/messages"


def people_whose_handset_is(handset: Handset) -> list[Any]:
    world = World(PEOPLE, Chance(1))
    return [each for each in PEOPLE if world.handset(each.phone or "") is handset]


def national(person: Any) -> str:
    return f"0{person.phone[3:]}"


WHO = people_whose_handset_is(Handset.REACHED)[0]


class Sms:
    """A client of the API in the form that Karaden takes."""

    def __init__(self, caller: Any) -> None:
        self.caller = caller

    async def send(self, **fields: Any) -> tuple[int, Any]:
        form = {"service_id": "1", "to": national(WHO), "body": "本文", "tags[]": "kz-1", **fields}
        return await self.ask(
            "POST", PATH, data={name: value for name, value in form.items() if value is not None}
        )

    async def ask(self, method: str, path: str, token: str = "sandbox", **sent: Any) -> tuple[int, Any]:
        headers = {"Authorization": f"Bearer {token}", "Karaden-Version": sent.pop("version", "2024-03-01")}
        url = self.caller.running.url + path
        async with self.caller._session.request(method, url, headers=headers, **sent) as response:
            return response.status, await response.json()


def with_sms(tmp_path: Any, scenario: Any, **changes: Any) -> None:
    async def run() -> None:
        async with sandbox(tmp_path, **changes) as caller:
            await scenario(Sms(caller))

    asyncio.run(run())


def test_message_arrives_and_is_found_by_its_tag(tmp_path: Any) -> None:
    async def scenario(sms: Sms) -> None:
        status, taken = await sms.send(body="受付番号 12345-67890-1")
        assert (status, taken["result"], taken["sent_result"]) == (200, "processing", "none")
        exchange = sms.caller.running.exchange
        await until(lambda: exchange.counts["received"])
        _, found = await sms.ask("GET", f"{PATH}?tag=kz-1")
        assert [(one["id"], one["sent_result"]) for one in found["data"]] == [(taken["id"], "received")]
        assert (await sms.ask("GET", f"{PATH}?tag=kz-2"))[1]["data"] == []

    with_sms(tmp_path, scenario)
    inbox = Inbox(tmp_path / "inbox.jsonl")
    (place,) = inbox.of(WHO.phone, {Kind.SMS})
    assert inbox.open(place).content == "受付番号 12345-67890-1"
    inbox.close()


def test_number_in_nobody_s_hands_ends_in_error_and_one_switched_off_at_its_limit(tmp_path: Any) -> None:
    unused = people_whose_handset_is(Handset.UNUSED)[0]
    off = people_whose_handset_is(Handset.UNCONNECTED)[0]

    async def scenario(sms: Sms) -> None:
        _, first = await sms.send(to=national(unused))
        _, second = await sms.send(to=national(off))
        exchange = sms.caller.running.exchange
        await until(lambda: exchange.counts["error"])
        assert (await sms.ask("GET", f"{PATH}/{first['id']}"))[1]["sent_result"] == "error"
        clock = sms.caller.running.clock
        clock.set_business(exchange.messages[second["id"]].limited_at)
        await until(lambda: exchange.counts["unconnected"])

    with_sms(tmp_path, scenario)


def test_wrong_requests_are_refused_in_karaden_s_words_and_nothing_is_taken(tmp_path: Any) -> None:
    async def scenario(sms: Sms) -> None:
        status, body = await sms.send(to="+819012345678", body="あ" * 661, service_id="2")
        assert (status, body["code"], sorted(body["errors"])) == (
            422,
            "validation_error",
            ["body", "service_id", "to"],
        )
        assert (await sms.ask("GET", PATH, token="other"))[1]["code"] == "unauthentication"
        assert (await sms.ask("GET", PATH, version="2020-01-01"))[1]["code"] == "invalid_version"
        assert (await sms.ask("GET", PATH.replace("0001", "0002")))[1]["code"] == "invalid_tenant"
        assert (await sms.ask("GET", f"{PATH}/none"))[0] == 404
        assert sms.caller.running.exchange.messages == {}

    with_sms(tmp_path, scenario)


def test_same_request_twice_is_two_messages(tmp_path: Any) -> None:
    async def scenario(sms: Sms) -> None:
        await sms.send()
        await sms.send()
        assert len((await sms.ask("GET", f"{PATH}?tag=kz-1"))[1]["data"]) == 2

    with_sms(tmp_path, scenario)


def test_scheduled_message_is_cancelled_until_five_minutes_before(tmp_path: Any) -> None:
    async def scenario(sms: Sms) -> None:
        now = sms.caller.running.clock.business()
        from datetime import timedelta

        _, late = await sms.send(scheduled_at=(now + timedelta(minutes=4)).isoformat())
        _, early = await sms.send(scheduled_at=(now + timedelta(hours=1)).isoformat())
        assert (await sms.ask("POST", f"{PATH}/{late['id']}/cancel"))[1]["code"] == "can_not_cancel_message"
        assert (await sms.ask("POST", f"{PATH}/{early['id']}/cancel"))[1]["status"] == "canceled"

    with_sms(tmp_path, scenario)


def test_fault_after_acting_takes_the_message_and_says_nothing(tmp_path: Any) -> None:
    async def scenario(sms: Sms) -> None:
        import aiohttp

        await sms.caller.call(
            "POST", "/_sandbox/faults", {"carrier": "sms", "kind": "timeout_after_acting", "delay_ms": 0}
        )
        try:
            await sms.send()
        except aiohttp.ClientError:
            pass
        else:
            raise AssertionError("the connection was to be cut")
        assert len((await sms.ask("GET", f"{PATH}?tag=kz-1"))[1]["data"]) == 1
        (entry, _) = await sms.caller.journal("sms")
        assert (entry["status"], entry["acted"], entry["fault"]) == (None, True, "timeout_after_acting")

    with_sms(tmp_path, scenario)


def test_callback_is_sent_until_it_is_taken(tmp_path: Any) -> None:
    from aiohttp import web
    from aiohttp.test_utils import TestServer

    heard: list[Any] = []

    async def hear(request: web.Request) -> web.Response:
        heard.append(await request.json())
        return web.Response(status=500 if len(heard) == 1 else 200)

    async def run() -> None:
        app = web.Application()
        app.router.add_post("/hook", hear)
        async with TestServer(app) as server:
            url = str(server.make_url("/hook"))
            async with sandbox(tmp_path, sms_callback_url=url) as caller:
                _, taken = await Sms(caller).send()
                await until(lambda: caller.running.exchange.counts["told"])
        assert [one["id"] for one in heard] == [taken["id"]] * 2
        assert heard[0]["sent_result"] == "received"

    asyncio.run(run())
