"""E-mail over SMTP with reused connections.

The relay sees the address and the approved words. The envelope sender carries the delivery's id, signed (``verp``), so
that a bounce names its delivery; bounces come back into a mailbox of ours (``mailbox``). A connection lost after the
message's end was sent is ``unknown``: the relay may have taken it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

import aiosmtplib
from django.conf import settings

from keizoku.channels.email import mailbox, verp
from keizoku.delivery.ports import Collected, Event, Outcome, Outgoing, Result, Sender
from keizoku.delivery.rules import Tag
from keizoku.kernel.personal import EmailAddress

TIMEOUT_S = 10.0
CONNECTIONS = 4
TEMPORARY, PERMANENT = 400, 500


class Email:
    """The transport of channel "email"."""

    name = "email"
    address_field = "email"
    window = 20

    @asynccontextmanager
    async def connect(self) -> AsyncIterator[Sender]:
        lines = [_Line() for _ in range(CONNECTIONS)]

        async def send(batch: Sequence[Outgoing]) -> list[Outcome]:
            outcomes: dict[int, Outcome] = {}

            async def work(line: _Line, share: range) -> None:
                for index in share:
                    outcomes[index] = await line.send(batch[index])

            await asyncio.gather(
                *(work(line, range(start, len(batch), CONNECTIONS)) for start, line in enumerate(lines))
            )
            return [outcomes[index] for index in range(len(batch))]

        try:
            yield send
        finally:
            for line in lines:
                await line.close()

    def keep(self, body: bytes) -> bytes:  # noqa: ARG002 - the port's signature
        raise ValueError("SMTP has no callbacks")

    def read_events(self, body: bytes) -> list[Event]:  # noqa: ARG002 - the port's signature
        """SMTP has no callbacks: what became of a mail comes back as a mail."""
        return []

    def collect(self, take: Callable[[Collected], None]) -> int:
        return mailbox.collect(take)

    def signature_holds(self, body: bytes, signature: str) -> bool:  # noqa: ARG002 - the port's signature
        return False


class _Line:
    """One SMTP connection, opened when first needed and again after it broke."""

    def __init__(self) -> None:
        self._client: aiosmtplib.SMTP | None = None

    async def send(self, outgoing: Outgoing) -> Outcome:
        assert isinstance(outgoing.address, EmailAddress)
        try:
            client = await self._connected()
        except (aiosmtplib.SMTPException, OSError) as error:
            await self.close()
            return Outcome(Result.DEFERRED, f"not_sent:{type(error).__name__}")
        tag = Tag.parse(outgoing.tag)
        sender = verp.sender_of(tag) if tag else settings.MAIL_BOUNCES_TO
        try:
            _, reply = await client.sendmail(sender, [outgoing.address.reveal()], compose(outgoing))
        except aiosmtplib.SMTPRecipientsRefused as refused:
            await client.rset()
            return _refusal(refused.recipients[0].code)
        except aiosmtplib.SMTPResponseException as refused:
            return _refusal(refused.code)
        except (aiosmtplib.SMTPException, OSError) as error:
            await self.close()
            return Outcome(Result.UNKNOWN, type(error).__name__)
        return Outcome(Result.ACCEPTED, carrier_ref=reply[:100])

    async def close(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    async def _connected(self) -> aiosmtplib.SMTP:
        if self._client is None or not self._client.is_connected:
            self._client = aiosmtplib.SMTP(
                hostname=settings.SMTP_HOST,
                port=settings.SMTP_PORT,
                username=settings.SMTP_USER or None,
                password=settings.SMTP_PASSWORD or None,
                timeout=TIMEOUT_S,
                start_tls=settings.SMTP_STARTTLS,
            )
            await self._client.connect()
        return self._client


def compose(outgoing: Outgoing) -> bytes:
    """A plain-text mail (RFC 5322); its Message-ID is the attempt's key, so that a relay's log names it."""
    assert isinstance(outgoing.address, EmailAddress)
    domain = settings.MAIL_FROM.rpartition("@")[2]
    mail = EmailMessage(policy=SMTP)
    mail["From"] = f"{settings.INSTITUTION} <{settings.MAIL_FROM}>"
    mail["To"] = outgoing.address.reveal()
    mail["Subject"] = outgoing.message.subject
    mail["Date"] = formatdate(usegmt=True)
    mail["Message-ID"] = f"<{outgoing.key}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(outgoing.message.body, cte="base64")
    return mail.as_bytes()


def _refusal(code: int) -> Outcome:
    if TEMPORARY <= code < PERMANENT:
        return Outcome(Result.DEFERRED, f"smtp_{code}")
    return Outcome(Result.REJECTED, f"smtp_{code}")
