"""Returned mail: what real mail hosts write (RFC 3464, RFC 5965) is read strictly; a real IMAP mailbox is emptied safely."""

import asyncio
import imaplib
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from keizoku.channels.email import bounces, mailbox, verp
from keizoku.channels.email.transport import Email
from keizoku.delivery.ports import Event, Message, NotCollected, Outgoing, Result
from keizoku.delivery.rules import Tag
from keizoku.kernel.personal import EmailAddress
from keizoku.sandbox.chance import Chance
from keizoku.sandbox.outside import Plan, outside
from keizoku.sandbox.tests.places import CHANNEL, person, until
from keizoku.sandbox.world.assumptions import Afterwards, Mailbox
from keizoku.sandbox.world.people import World

NOW = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
TAG = Tag(71, 1234, 56789)
PEOPLE = [person(index) for index in range(1, 4001)]
WORLD = World(PEOPLE, Chance(1))
OPEN = [each for each in PEOPLE if WORLD.mailbox(each.mail) is Mailbox.OPEN]
# How many messages come back for one mail.
COMES_BACK = {
    Afterwards.KEPT: 0,
    Afterwards.UNKNOWN: 1,
    Afterwards.FULL: 2,
    Afterwards.DELAYED: 1,
    Afterwards.COMPLAINED: 1,
}
MESSAGE = Message("お客さま情報の確認", "受付番号 12345-67890-1")


def who(afterwards):
    return next(each for each in OPEN if WORLD.afterwards(each.mail) is afterwards)


@pytest.fixture
def ours():
    """The envelope sender of one delivery's mail."""
    return verp.sender_of(TAG)


# As Postfix writes it (RFC 3464 §2; its own fields begin with X-Postfix).
POSTFIX = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example.jp (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {sender}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
\tboundary="4F1.1763787600/mx.example.jp"
Date: Sun, 22 Nov 2026 13:00:00 +0900 (JST)

This is a MIME-encapsulated message.

--4F1.1763787600/mx.example.jp
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.jp.

--4F1.1763787600/mx.example.jp
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.jp
X-Postfix-Queue-ID: 4F1
X-Postfix-Sender: rfc822; {sender}
Arrival-Date: Sun, 22 Nov 2026 12:59:00 +0900 (JST)

Final-Recipient: rfc822; somebody@example.jp
Original-Recipient: rfc822;somebody@example.jp
Action: {action}
Status: {status}
Remote-MTA: dns; mail.example.jp
Diagnostic-Code: smtp; 550 {status} <somebody@example.jp>: Recipient address rejected

--4F1.1763787600/mx.example.jp
Content-Description: Undelivered Message Headers
Content-Type: text/rfc822-headers

From: oshirase@bank.example.jp
To: somebody@example.jp

--4F1.1763787600/mx.example.jp--
"""
ARF = """\
From: <abusedesk@example.com>
Date: Sun, 22 Nov 2026 13:00:00 +0900
Subject: FW: notice
To: <feedback@bank.example.jp>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report;
     boundary="part1"

--part1
Content-Type: text/plain; charset="US-ASCII"

This is an email abuse report.

--part1
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: SomeGenerator/1.0
Version: 1
Original-Mail-From: <{sender}>

--part1
Content-Type: message/rfc822

From: <oshirase@bank.example.jp>

words
--part1--
"""


def read(text):
    return bounces.read(text.replace("\n", "\r\n").encode(), NOW)


@pytest.mark.parametrize(
    ("status", "blames"),
    [
        ("5.1.1", True),
        ("5.1.10", True),
        ("5.2.1", True),
        ("5.2.2", False),
        ("5.7.1", False),
        ("4.4.7", False),
    ],
)
def test_failure_is_undelivered_and_only_some_codes_blame_the_address(ours, status, blames):
    event = read(POSTFIX.format(sender=ours, action="failed", status=status))

    moment = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
    assert event == Event(f"dsn:{TAG}", str(TAG), "undelivered", moment, blames)


@pytest.mark.parametrize("action", ["delayed", "relayed", "delivered", "expanded"])
def test_what_has_not_failed_counts_for_nothing(ours, action):
    assert read(POSTFIX.format(sender=ours, action=action, status="4.4.1")) is None


def test_relay_that_changes_the_case_of_an_address_is_understood(ours):
    assert read(POSTFIX.format(sender=ours.upper(), action="failed", status="5.1.1")) is not None


@pytest.mark.parametrize(
    "spoilt",
    [
        lambda sender: POSTFIX.format(sender="oshirase@bank.example.jp", action="failed", status="5.1.1"),
        lambda sender: POSTFIX.format(sender=sender.replace("+a", "+b", 1), action="failed", status="5.1.1"),
        lambda sender: POSTFIX.format(sender=sender, action="exploded", status="5.1.1"),
        lambda sender: POSTFIX.format(sender=sender, action="failed", status="none"),
        lambda sender: POSTFIX.format(sender=sender, action="failed", status="5.1.1").replace(
            "Action:", "X:"
        ),
        lambda sender: POSTFIX.format(sender=sender, action="failed", status="5.1.1").partition("--4F1")[0],
        lambda sender: f"From: somebody@example.jp\nTo: {sender}\nSubject: Re\n\nmy mother has died\n",
        lambda sender: "",
    ],
)
def test_what_is_forged_incomplete_or_somebody_s_own_words_is_not_understood(ours, spoilt):
    with pytest.raises(bounces.Unreadable):
        read(spoilt(ours))


def test_complaint_is_complained_and_its_withdrawal_nothing(ours):
    event = read(ARF.format(kind="abuse", sender=ours))
    assert event is not None
    assert (event.kind, event.tag) == ("complained", str(TAG))
    assert read(ARF.format(kind="not-spam", sender=ours)) is None
    with pytest.raises(bounces.Unreadable):
        read(ARF.format(kind="abuse", sender="somebody@example.jp"))


def test_moment_of_a_report_is_never_in_the_future(ours):
    told = POSTFIX.format(sender=ours, action="failed", status="5.1.1").replace("Nov 2026", "Nov 2036")
    event = read(told)
    assert event is not None
    assert event.occurred_at == NOW


def test_signed_address_is_short_and_names_its_delivery(settings):
    settings.MAIL_BOUNCES_TO = "b" * 27 + "@bounce.example.jp"
    largest = Tag(2**40 - 1, 2**40 - 1, 2**31 - 1)

    address = verp.sender_of(largest)

    assert len(address.partition("@")[0]) == 64
    assert verp.tag_of(address) == largest
    assert verp.tag_of(address.replace("@bounce.", "@other.")) is None


# -- over SMTP out, and over IMAP back


def letterbox(settings, world):
    settings.SMTP_HOST, settings.SMTP_PORT, settings.SMTP_STARTTLS = "127.0.0.1", world.smtp_port, False
    settings.BOUNCE_IMAP_HOST, settings.BOUNCE_IMAP_PORT = "127.0.0.1", world.imap_port
    settings.BOUNCE_IMAP_TLS = False
    settings.BOUNCE_IMAP_USER, settings.BOUNCE_IMAP_PASSWORD = "bounces", "sandbox"


def returned(tmp_path, settings, people, act):
    """Send a mail to each, let two hours of business time pass, and do ``act`` in a thread."""

    async def run():
        async with outside(Plan(PEOPLE, tmp_path, CHANNEL)) as world:
            letterbox(settings, world)
            batch = [
                Outgoing(str(uuid4()), str(Tag(1, 1, place)), EmailAddress(person.mail), MESSAGE)
                for place, person in enumerate(people, start=1)
            ]
            async with Email().connect() as sender:
                outcomes = await sender(batch)
            assert {outcome.result for outcome in outcomes} <= {Result.ACCEPTED}
            world.clock.set_business(world.clock.business() + timedelta(hours=2))
            come_back = sum(COMES_BACK[WORLD.afterwards(person.mail)] for person in people)
            await until(lambda: len(list((tmp_path / "mailbox" / "INBOX").iterdir())) == come_back)
            return await asyncio.to_thread(act, world)

    return asyncio.run(run())


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setattr(mailbox, "business_now", lambda: datetime.now(UTC) + timedelta(days=1))


PEOPLE_WHO = [who(each) for each in Afterwards]


def test_what_comes_back_is_taken_in_and_removed(tmp_path, settings, clock):
    taken = []

    def act(_world):
        return [mailbox.collect(taken.append), mailbox.collect(taken.append)]

    assert returned(tmp_path, settings, PEOPLE_WHO, act) == [5, 0]

    (collected,) = taken
    places = {each.value: str(Tag(1, 1, place)) for place, each in enumerate(Afterwards, start=1)}
    assert {(event.tag, event.kind, event.blames_address) for event in collected.events} == {
        (places["unknown"], "undelivered", True),
        (places["full"], "undelivered", False),
        (places["complained"], "complained", True),
    }
    # the delays of "full" and "delayed"
    assert (collected.passed_over, collected.unread) == (2, 0)


def test_what_is_taken_in_but_not_removed_is_there_again(tmp_path, settings, clock):
    """A kill between taking in and removing: the same events come again, and their ids are the same."""
    taken = []

    def act(_world):
        def kill(collected):
            taken.append(collected)
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            mailbox.collect(kill)
        return mailbox.collect(taken.append)

    assert returned(tmp_path, settings, [who(Afterwards.UNKNOWN)], act) == 1
    first, second = taken
    assert [event.event_id for event in first.events] == [event.event_id for event in second.events]


def test_somebody_s_own_words_are_left_in_a_folder_for_a_person(tmp_path, settings, clock):
    taken = []
    words = b"From: somebody@example.jp\r\nSubject: Re\r\n\r\nplease call me\r\n"

    def act(world):
        (tmp_path / "mailbox" / "INBOX" / "000000099.eml").write_bytes(words)
        count = mailbox.collect(taken.append)
        client = imaplib.IMAP4("127.0.0.1", world.imap_port)
        client.login("bounces", "sandbox")
        client.select(settings.BOUNCE_IMAP_UNREAD)
        _, fetched = client.uid("FETCH", "1:*", "(BODY.PEEK[])")
        client.logout()
        return count, fetched[0][1]

    assert returned(tmp_path, settings, [], act) == (1, words)
    assert [(each.events, each.unread) for each in taken] == [([], 1)]


@pytest.mark.parametrize(("name", "value"), [("BOUNCE_IMAP_PASSWORD", "wrong"), ("BOUNCE_IMAP_PORT", 9)])
def test_mailbox_that_cannot_be_read_is_told_without_its_words(tmp_path, settings, name, value):
    def act(_world):
        setattr(settings, name, value)
        with pytest.raises(NotCollected) as raised:
            mailbox.collect(lambda _: None)
        return str(raised.value)

    assert returned(tmp_path, settings, [], act) in {"error", "ConnectionRefusedError"}


def test_no_mailbox_is_nothing_to_read(settings):
    settings.BOUNCE_IMAP_HOST = ""
    assert mailbox.collect(lambda _: None) == 0


def test_mail_that_bounces_later_is_in_nobody_s_inbox(tmp_path, settings):
    returned(tmp_path, settings, PEOPLE_WHO, lambda _: None)

    items = [json.loads(line) for line in (tmp_path / "inbox.jsonl").read_text().splitlines()]
    holders = {item["holder"] for item in items}
    reached = {each for each, person in zip(Afterwards, PEOPLE_WHO, strict=True) if person.mail in holders}
    assert reached == {Afterwards.KEPT, Afterwards.DELAYED, Afterwards.COMPLAINED}
