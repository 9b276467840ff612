"""Mail over real SMTP: what each reply means, what the relay sees, what a broken connection means."""

import asyncio
import json
from email import message_from_bytes
from email.policy import default
from uuid import uuid4

import pytest

from keizoku.channels.email import transport, verp
from keizoku.channels.email.transport import Email, compose
from keizoku.delivery.ports import Message, Outcome, Outgoing, Result
from keizoku.delivery.rules import Tag
from keizoku.kernel.personal import EmailAddress
from keizoku.sandbox.faults import FaultKind
from keizoku.sandbox.outside import Plan, outside
from keizoku.sandbox.tests.places import CHANNEL, PEOPLE, people_whose_mailbox
from keizoku.sandbox.world.assumptions import Mailbox

MESSAGE = Message(
    "【継続銀行】お客さま情報の確認", "受付番号は 12345-67890-1 です。\n.で始まる行も届きます。"
)


def outgoing(person, position=1):
    return Outgoing(uuid4(), str(Tag(1, 1, position)), EmailAddress(person.mail), MESSAGE)


def send(tmp_path, settings, batch, *faults):
    async def run():
        async with outside(Plan(PEOPLE, tmp_path, CHANNEL)) as world:
            settings.SMTP_HOST, settings.SMTP_PORT, settings.SMTP_STARTTLS = (
                "127.0.0.1",
                world.smtp_port,
                False,
            )
            for fault in faults:
                world.control._faults.arm("smtp", *fault)
            async with Email().connect() as sender:
                return await sender(batch)

    outcomes = asyncio.run(run())
    lines = (tmp_path / "smtp.jsonl").read_text().splitlines() if (tmp_path / "smtp.jsonl").exists() else []
    return outcomes, [json.loads(line) for line in lines]


def test_mail_is_accepted_and_the_relay_sees_address_and_words(tmp_path, settings):
    person = people_whose_mailbox(Mailbox.OPEN)[0]

    outcomes, journal = send(tmp_path, settings, [outgoing(person)])

    assert outcomes[0].result is Result.ACCEPTED
    sent = next(entry for entry in journal if entry["verb"] == "DATA")
    assert sent["recipients"] == [person.mail]
    assert verp.tag_of(sent["mail_from"]) == Tag(1, 1, 1)
    assert len(sent["mail_from"].partition("@")[0]) <= 64
    mail = message_from_bytes(sent["body"].encode(), policy=default)
    assert mail["Subject"] == MESSAGE.subject
    assert mail.get_content().splitlines() == MESSAGE.body.splitlines()
    assert person.name not in sent["body"]


def test_unknown_mailbox_is_rejected_and_the_next_mail_on_the_same_connection_arrives(tmp_path, settings):
    gone, good = people_whose_mailbox(Mailbox.UNKNOWN)[0], people_whose_mailbox(Mailbox.OPEN)[:4]
    batch = [outgoing(person, n) for n, person in enumerate([gone, *good, gone], 1)]

    outcomes, _ = send(tmp_path, settings, batch)

    assert [o.result for o in outcomes] == [
        "rejected",
        "accepted",
        "accepted",
        "accepted",
        "accepted",
        "rejected",
    ]
    assert outcomes[0].code == "smtp_550"


def test_temporary_refusal_is_deferred(tmp_path, settings):
    outcomes, _ = send(
        tmp_path, settings, [outgoing(people_whose_mailbox(Mailbox.OPEN)[0])], (FaultKind.FAIL, 1, 0.0)
    )

    assert outcomes[0].result is Result.DEFERRED
    assert outcomes[0].code == "smtp_451"


def test_connection_lost_after_the_mail_was_taken_is_unknown_and_sent_once(tmp_path, settings, monkeypatch):
    monkeypatch.setattr(transport, "TIMEOUT_S", 0.5)

    outcomes, journal = send(
        tmp_path,
        settings,
        [outgoing(people_whose_mailbox(Mailbox.OPEN)[0])],
        (FaultKind.TIMEOUT_AFTER_ACTING, 1, 5.0),
    )

    assert outcomes[0].result is Result.UNKNOWN
    assert sum(entry["acted"] for entry in journal) == 1


def test_relay_that_is_not_there_has_certainly_taken_nothing(settings):
    settings.SMTP_HOST, settings.SMTP_PORT, settings.SMTP_STARTTLS = "127.0.0.1", 9, False

    async def run():
        async with Email().connect() as sender:
            return await sender([outgoing(PEOPLE[0])])

    (outcome,) = asyncio.run(run())
    assert outcome == Outcome(Result.DEFERRED, "not_sent:SMTPConnectError")


@pytest.mark.parametrize("name", ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted"])
def test_mail_carries_what_receivers_demand(name):
    mail = message_from_bytes(compose(outgoing(PEOPLE[0])), policy=default)

    assert mail[name]
