import asyncio
import smtplib
from email.message import EmailMessage
from typing import Any

import aiohttp
import pytest

from keizoku.sandbox.tests.places import bank, line, people_whose_mailbox, people_with, sandbox, until
from keizoku.sandbox.world.assumptions import Mailbox, Reception
from keizoku.sandbox.world.people import phone_hash

PNP = "/bot/pnp/push"
WHO = people_with(Reception.ON)[0]
BODY = {"to": phone_hash(WHO.phone), "messages": [line()]}


async def arm(caller: Any, kind: Any, *, carrier: Any = "line", count: Any = 1, delay_ms: Any = 0) -> Any:
    fault = {"carrier": carrier, "kind": kind, "count": count, "delay_ms": delay_ms}
    assert (await caller.post("/_sandbox/faults", fault))[0] == 200


def test_failing_line_answers_500_and_nothing_arrives(tmp_path):
    async def scenario() -> Any:
        async with sandbox(tmp_path) as caller:
            await arm(caller, "fail", count=2)
            assert [(await caller.post(PNP, BODY))[0] for _ in range(3)] == [500, 500, 200]
            acted = [
                (entry["status"], entry["acted"], entry["fault"]) for entry in await caller.journal("line")
            ]
            assert acted == [(500, False, "fail"), (500, False, "fail"), (200, True, None)]

    asyncio.run(scenario())


@pytest.mark.parametrize(("kind", "arrives"), [("timeout_after_acting", 1), ("drop_before", 0)])
def test_connection_that_is_cut_leaves_the_caller_in_doubt(tmp_path, kind, arrives):
    async def scenario() -> Any:
        async with bank() as hearing, sandbox(tmp_path, webhook_url=hearing.url) as caller:
            await arm(caller, kind)
            with pytest.raises(aiohttp.ClientError):
                await caller.post(PNP, BODY)
            (entry,) = await caller.journal("line")
            assert entry["status"] is None
            assert entry["acted"] is bool(arrives)
            assert entry["fault"] == kind
            if arrives:
                await hearing.next_event()
            assert (await caller.status())["line"]["in_talks"] == arrives

    asyncio.run(scenario())


def test_rate_limit_and_slowness_on_demand(tmp_path):
    async def scenario() -> Any:
        async with sandbox(tmp_path) as caller:
            await arm(caller, "rate_limit")
            await arm(caller, "slow", delay_ms=30)
            assert (await caller.get("/v2/bot/info"))[0] == 200
            assert [(await caller.post(PNP, BODY))[0] for _ in range(2)] == [429, 200]
            assert (await caller.status())["faults"] == []

    asyncio.run(scenario())


def test_webhook_can_come_twice_with_the_same_id(tmp_path):
    async def scenario() -> Any:
        async with bank() as hearing, sandbox(tmp_path, webhook_url=hearing.url) as caller:
            await arm(caller, "repeat_webhook")
            await caller.post(PNP, BODY)
            first, second = await hearing.next_event(), await hearing.next_event()
            assert first == second

    asyncio.run(scenario())


def test_nonsense_is_not_armed(tmp_path):
    async def scenario() -> Any:
        async with sandbox(tmp_path) as caller:
            for fault in (
                {"carrier": "post"},
                {"carrier": "line", "kind": "x"},
                {"carrier": "line", "kind": "fail", "count": 0},
            ):
                assert (await caller.post("/_sandbox/faults", fault))[0] == 400
            for now in ("yesterday", "2026-11-21T00:00:00"):
                assert (await caller.post("/_sandbox/clock", {"now": now}))[0] == 400

    asyncio.run(scenario())


def send(port: Any, recipient: Any, subject: Any = "お客さま情報の確認") -> Any:
    message = EmailMessage()
    message["From"] = "みらい銀行 <bank@example.jp>"
    message["To"] = recipient
    message["Subject"] = subject
    message.set_content("受付番号 12345-67890-1\n.点で始まる行\n")
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as host:
        return host.send_message(message)


@pytest.mark.parametrize(("kind", "code"), [("fail", 451), ("rate_limit", 450)])
def test_failing_mail_host_says_so(tmp_path, kind, code):
    async def scenario() -> Any:
        recipient = people_whose_mailbox(Mailbox.OPEN)[0].mail
        async with sandbox(tmp_path) as caller:
            await arm(caller, kind, carrier="smtp")
            with pytest.raises(smtplib.SMTPResponseException) as refused:
                await asyncio.to_thread(send, caller.running.smtp_port, recipient)
            assert refused.value.smtp_code == code
            assert (await caller.status())["smtp"]["in_mailboxes"] == 0

    asyncio.run(scenario())


@pytest.mark.parametrize(("kind", "arrives"), [("timeout_after_acting", 1), ("drop_before", 0)])
def test_mail_host_that_hangs_up_leaves_the_caller_in_doubt(tmp_path, kind, arrives):
    async def scenario() -> Any:
        recipient = people_whose_mailbox(Mailbox.OPEN)[0].mail
        async with sandbox(tmp_path) as caller:
            await arm(caller, kind, carrier="smtp")
            with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
                await asyncio.to_thread(send, caller.running.smtp_port, recipient)
            entry = (await caller.journal("smtp"))[-1]
            assert (entry["verb"], entry["status"], entry["acted"]) == ("DATA", None, bool(arrives))
            await until(lambda: True)
            assert (await caller.status())["smtp"]["in_mailboxes"] == arrives

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("mailbox", "code"), [(Mailbox.UNKNOWN, 550), (Mailbox.FULL, 552), (Mailbox.BUSY, 451)]
)
def test_mailbox_that_takes_nothing_says_why(tmp_path, mailbox, code):
    async def scenario() -> Any:
        recipient = people_whose_mailbox(mailbox)[0].mail
        async with sandbox(tmp_path) as caller:
            with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
                await asyncio.to_thread(send, caller.running.smtp_port, recipient)
            assert refused.value.recipients[recipient][0] == code
            (entry,) = await caller.journal("smtp")
            assert (entry["verb"], entry["status"], entry["recipients"]) == ("RCPT", code, [recipient])

    asyncio.run(scenario())


def test_busy_mailbox_opens_at_the_third_try(tmp_path):
    async def scenario() -> Any:
        recipient = people_whose_mailbox(Mailbox.BUSY)[0].mail
        async with sandbox(tmp_path) as caller:
            for _ in range(2):
                with pytest.raises(smtplib.SMTPRecipientsRefused):
                    await asyncio.to_thread(send, caller.running.smtp_port, recipient)
            assert await asyncio.to_thread(send, caller.running.smtp_port, recipient) == {}

    asyncio.run(scenario())
