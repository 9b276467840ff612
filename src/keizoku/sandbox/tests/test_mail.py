import asyncio
from typing import Any

from keizoku.sandbox.inbox import Inbox, Kind
from keizoku.sandbox.mail.reading import read
from keizoku.sandbox.tests.places import people_whose_mailbox, sandbox
from keizoku.sandbox.tests.test_faults import send
from keizoku.sandbox.world.assumptions import Mailbox

WHO = people_whose_mailbox(Mailbox.OPEN)[0]


async def talk(port: Any, *lines: Any) -> Any:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write("".join(f"{line}\r\n" for line in lines).encode())
    await writer.drain()
    said = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return said.decode().splitlines()


def test_mail_arrives_with_its_japanese_subject_and_text(tmp_path):
    async def scenario() -> Any:
        async with sandbox(tmp_path) as caller:
            await asyncio.to_thread(send, caller.running.smtp_port, WHO.mail.upper())
            entry = (await caller.journal("smtp"))[-1]
            assert (entry["verb"], entry["status"], entry["acted"]) == ("DATA", 250, True)
        inbox = Inbox(tmp_path / "inbox.jsonl")
        (place,) = inbox.of(WHO.mail, {Kind.MAIL})
        letter = read(inbox.open(place).content.encode("latin-1"))
        inbox.close()
        assert letter.sender == "みらい銀行 <bank@example.jp>"
        assert letter.subject == "お客さま情報の確認"
        assert letter.text == "受付番号 12345-67890-1\n.点で始まる行\n"

    asyncio.run(scenario())


def test_pipelined_conversation_with_dots_is_understood(tmp_path):
    async def scenario() -> Any:
        async with sandbox(tmp_path) as caller:
            said = await talk(
                caller.running.smtp_port,
                "EHLO client", "MAIL FROM:<bank@example.jp> BODY=8BITMIME SMTPUTF8", f"RCPT TO:<{WHO.mail}>", "DATA",
                "Subject: x", "", "..two dots", ".", "NOOP", "QUIT",
            )  # fmt: skip
            assert [line[:3] for line in said if line[3] == " "] == [
                "220",
                "250",
                "250",
                "250",
                "354",
                "250",
                "250",
                "221",
            ]
            assert {"250-PIPELINING", "250-8BITMIME", "250-SMTPUTF8"} <= set(said)
            assert (await caller.journal("smtp"))[-1]["body"] == "Subject: x\r\n\r\n.two dots\r\n"

    asyncio.run(scenario())


def test_commands_out_of_order_and_unknown_ones_are_refused(tmp_path):
    async def scenario() -> Any:
        async with sandbox(tmp_path) as caller:
            said = await talk(
                caller.running.smtp_port,
                "MAIL FROM:<a@example.jp>", "HELO x", "RCPT TO:<a@example.jp>", "DATA", "MAIL TO:<x>", "TURN",
                "MAIL FROM:<a@example.jp> SIZE=99999999", "RSET", "QUIT",
            )  # fmt: skip
            assert [line[:3] for line in said] == [
                "220",
                "503",
                "250",
                "503",
                "503",
                "501",
                "500",
                "552",
                "250",
                "221",
            ]

    asyncio.run(scenario())


def test_bytes_that_are_no_text_are_journalled_in_base64(tmp_path):
    async def scenario() -> Any:
        async with sandbox(tmp_path) as caller:
            reader, writer = await asyncio.open_connection("127.0.0.1", caller.running.smtp_port)
            head = f"EHLO c\r\nMAIL FROM:<a@example.jp>\r\nRCPT TO:<{WHO.mail}>\r\nDATA\r\n".encode()
            writer.write(head + b"\x82\xa0\r\n.\r\nQUIT\r\n")
            await asyncio.wait_for(reader.read(), 10)
            writer.close()
            entry = (await caller.journal("smtp"))[-1]
            assert (entry["body_encoding"], entry["body"]) == ("base64", "gqANCg==")

    asyncio.run(scenario())


def test_what_people_received_is_still_there_after_a_restart(tmp_path):
    async def scenario() -> Any:
        async with sandbox(tmp_path) as caller:
            await asyncio.to_thread(send, caller.running.smtp_port, WHO.mail)
        async with sandbox(tmp_path) as caller:
            assert (await caller.status())["smtp"]["in_mailboxes"] == 1

    asyncio.run(scenario())
