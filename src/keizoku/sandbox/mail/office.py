"""The post office behind the SMTP server: who has a mailbox, what becomes of a message, the journal of both.

A journal line for every refused or accepted recipient (verb RCPT) and for every message (verb DATA).
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from keizoku.sandbox.clock import Clock
from keizoku.sandbox.faults import Fault, FaultKind, Faults
from keizoku.sandbox.inbox import Inbox, Kind
from keizoku.sandbox.journal import Journal, as_text
from keizoku.sandbox.mail.reports import Returned
from keizoku.sandbox.mail.returns import Returns
from keizoku.sandbox.world.assumptions import Mailbox
from keizoku.sandbox.world.people import World

_BUSY_TIMES = 2
_AT_DATA = {FaultKind.SLOW, FaultKind.FAIL, FaultKind.TIMEOUT_AFTER_ACTING, FaultKind.DROP_BEFORE}


@dataclass(frozen=True, slots=True)
class Reply:
    """An SMTP reply: three digits and a text that starts with the enhanced code."""

    code: int
    text: str

    @property
    def is_good(self) -> bool:
        return str(self.code).startswith("2")


@dataclass(frozen=True, slots=True)
class Envelope:
    session: int
    sender: str
    recipients: tuple[str, ...]
    message: bytes


class PostOffice:
    def __init__(
        self,
        world: World,
        clock: Clock,
        inbox: Inbox,
        journal: Journal,
        *,
        faults: Faults,
        returns: Returns,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._returns = returns
        self._world = world
        self._clock = clock
        self._inbox = inbox
        self._journal = journal
        self._faults = faults
        self._busy: Counter[str] = Counter()
        self._queued = 0

    def greet_sender(self, session: int, sender: str) -> Reply:
        """MAIL FROM; the only place where the rate limit speaks."""
        fault = self._faults.take("smtp", {FaultKind.RATE_LIMIT})
        if fault is None:
            return Reply(250, "2.1.0 ok")
        reply = Reply(450, "4.7.1 too many messages, try again later")
        self._note({"session": session, "verb": "MAIL", "mail_from": sender}, reply, fault)
        return reply

    def accept_recipient(self, session: int, sender: str, recipient: str) -> Reply:
        """RCPT TO: by the state of the mailbox."""
        reply = self._reply_for(recipient.lower())
        self.counts["recipients_accepted" if reply.is_good else "recipients_refused"] += 1
        request = {"session": session, "verb": "RCPT", "mail_from": sender, "recipients": [recipient]}
        self._note(request, reply, None)
        return reply

    def take(self, envelope: Envelope) -> tuple[Reply, Fault | None]:
        """The end of DATA: the message reaches its recipients, unless a fault says otherwise."""
        fault = self._faults.take("smtp", _AT_DATA)
        acts = fault is None or fault.kind in {FaultKind.SLOW, FaultKind.TIMEOUT_AFTER_ACTING}
        self._queued += 1
        reply = Reply(250, f"2.0.0 queued as {self._queued:08X}")
        if not acts:
            reply = Reply(451, "4.3.0 local error in processing")
        body, encoding = as_text(envelope.message)
        request = {
            "session": envelope.session,
            "verb": "DATA",
            "mail_from": envelope.sender,
            "recipients": list(envelope.recipients),
            "body": body,
            "body_encoding": encoding,
        }
        self._note(request, reply, fault, acted=acts)
        if acts:
            self.counts["messages"] += 1
            for recipient in envelope.recipients:
                mail = Returned(envelope.sender, recipient.lower(), envelope.message)
                if self._returns.arrives(mail):
                    text = envelope.message.decode("latin-1")
                    self._inbox.put(Kind.MAIL, mail.recipient, self._clock.business(), text)
        return reply, fault

    def _reply_for(self, address: str) -> Reply:
        mailbox = self._world.mailbox(address)
        if mailbox is Mailbox.UNKNOWN:
            return Reply(550, "5.1.1 no such mailbox")
        if mailbox is Mailbox.FULL:
            return Reply(552, "5.2.2 mailbox full")
        if mailbox is Mailbox.BUSY and self._busy[address] < _BUSY_TIMES:
            self._busy[address] += 1
            return Reply(451, "4.7.1 greylisted, try again later")
        return Reply(250, "2.1.5 ok")

    def _note(
        self, request: Mapping[str, Any], reply: Reply, fault: Fault | None, *, acted: bool = False
    ) -> None:
        is_silent = fault is not None and fault.is_silent
        self._journal.write(
            self._journal.receive(),
            {
                "carrier": "smtp",
                **request,
                "status": None if is_silent else reply.code,
                "reply": reply.text,
                "fault": fault.kind.value if fault else None,
                "acted": acted,
            },
        )
