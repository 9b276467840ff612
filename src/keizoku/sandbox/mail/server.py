"""An ESMTP server (RFC 5321) for everybody's mailboxes: EHLO, MAIL, RCPT, DATA, RSET, NOOP, VRFY, QUIT.

PIPELINING works because commands are read one by one from the stream; 8BITMIME and SMTPUTF8 because nothing is
decoded that is not shown. What happens to a recipient or a message is decided by the post office.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from keizoku.sandbox.mail.office import Envelope, PostOffice, Reply

LARGEST_MESSAGE = 25 * 1024 * 1024
_LONGEST_LINE = 64 * 1024
_MOST_RECIPIENTS = 100
_PATIENCE = 300.0  # RFC 5321 4.5.3.2.7: five minutes
_EXTENSIONS = ("PIPELINING", "8BITMIME", "SMTPUTF8", f"SIZE {LARGEST_MESSAGE}", "ENHANCEDSTATUSCODES")
_sessions = count(1)


class Hangup(Exception):
    """The connection is to be closed without another word."""


@dataclass
class _Session:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    office: PostOffice
    number: int = field(default_factory=lambda: next(_sessions))
    greeted: bool = False
    sender: str | None = None
    recipients: list[str] = field(default_factory=list)

    async def hold(self) -> None:
        """The whole conversation."""
        await self.say(Reply(220, "sandbox.invalid ESMTP"))
        while True:
            line = await self._line()
            if not line:
                return
            text = line.decode("utf-8", "surrogateescape").strip()
            verb, _, rest = text.partition(" ")
            if verb.upper() == "QUIT":
                await self.say(Reply(221, "2.0.0 bye"))
                return
            await self.say(await self._obey(verb.upper(), rest.strip()))

    async def _line(self) -> bytes:
        # not wait_for: until Python 3.12 it may swallow the cancellation that ends this conversation
        async with asyncio.timeout(_PATIENCE):
            return await self.reader.readline()

    async def say(self, reply: Reply, more: tuple[str, ...] = ()) -> None:
        lines = [*more, reply.text]
        for index, text in enumerate(lines):
            mark = " " if index == len(lines) - 1 else "-"
            self.writer.write(f"{reply.code}{mark}{text}\r\n".encode())
        await self.writer.drain()

    async def _obey(self, verb: str, rest: str) -> Reply:
        if verb == "DATA":
            return await self._data()
        if verb in {"EHLO", "HELO"}:
            return await self._hello(verb)
        simple: dict[str, Callable[[str], Reply]] = {
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "RSET": self._reset,
            "NOOP": lambda _: Reply(250, "2.0.0 ok"),
            "VRFY": lambda _: Reply(252, "2.5.0 send some mail and see"),
        }
        command = simple.get(verb)
        return command(rest) if command else Reply(500, "5.5.2 command not recognised")

    async def _hello(self, verb: str) -> Reply:
        self.greeted = True
        self._reset()
        if verb == "HELO":
            return Reply(250, "sandbox.invalid")
        *most, last = _EXTENSIONS
        for text in ("sandbox.invalid", *most):
            self.writer.write(f"250-{text}\r\n".encode())
        return Reply(250, last)

    def _mail(self, rest: str) -> Reply:
        address, parameters = _address(rest, "FROM:")
        if not self.greeted:
            return Reply(503, "5.5.1 say EHLO first")
        if address is None:
            return Reply(501, "5.5.4 syntax: MAIL FROM:<address>")
        if self.sender is not None:
            return Reply(503, "5.5.1 sender already given")
        size = parameters.get("SIZE", "0")
        if size.isdigit() and int(size) > LARGEST_MESSAGE:
            return Reply(552, "5.3.4 message too big")
        reply = self.office.greet_sender(self.number, address)
        if reply.is_good:
            self.sender = address
        return reply

    def _rcpt(self, rest: str) -> Reply:
        address, _ = _address(rest, "TO:")
        if self.sender is None:
            return Reply(503, "5.5.1 MAIL first")
        if not address:
            return Reply(501, "5.5.4 syntax: RCPT TO:<address>")
        if len(self.recipients) == _MOST_RECIPIENTS:
            return Reply(452, "4.5.3 too many recipients")
        reply = self.office.accept_recipient(self.number, self.sender, address)
        if reply.is_good:
            self.recipients.append(address)
        return reply

    def _reset(self, _rest: str = "") -> Reply:
        self.sender = None
        self.recipients = []
        return Reply(250, "2.0.0 ok")

    async def _data(self) -> Reply:
        if not self.recipients or self.sender is None:
            return Reply(503, "5.5.1 no valid recipients")
        await self.say(Reply(354, "end with <CRLF>.<CRLF>"))
        message = await self._read_message()
        if message is None:
            self._reset()
            return Reply(552, "5.3.4 message too big")
        envelope = Envelope(self.number, self.sender, tuple(self.recipients), message)
        self._reset()
        reply, fault = self.office.take(envelope)
        if fault is not None and fault.is_late:
            await asyncio.sleep(fault.delay)
        if fault is not None and fault.is_silent:
            raise Hangup
        return reply

    async def _read_message(self) -> bytes | None:
        """The message without dot-stuffing; None when it grew too big (it is read to its end all the same)."""
        lines: list[bytes] = []
        size = 0
        while True:
            line = await self._line()
            if not line:
                raise Hangup
            if line in {b".\r\n", b".\n"}:
                return b"".join(lines) if size <= LARGEST_MESSAGE else None
            size += len(line)
            if size <= LARGEST_MESSAGE:
                lines.append(line.removeprefix(b"."))


def _address(text: str, keyword: str) -> tuple[str | None, dict[str, str]]:
    """(address, parameters) of "FROM:<address> SIZE=1"; the address is None where the syntax is wrong."""
    if text[: len(keyword)].upper() != keyword:
        return None, {}
    path, _, parameters = text[len(keyword) :].strip().partition(" ")
    if not (path.startswith("<") and path.endswith(">")):
        return None, {}
    named = dict(part.upper().partition("=")[::2] for part in parameters.split())
    return path[1:-1], named


async def serve(office: PostOffice, host: str, port: int) -> asyncio.Server:
    """Starts listening; port 0 takes a free one."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _Session(reader, writer, office).hold()
        except (Hangup, TimeoutError, ConnectionError, ValueError):  # ValueError: a line beyond all measure
            writer.transport.abort()
        finally:
            writer.close()

    return await asyncio.start_server(converse, host, port, limit=_LONGEST_LINE)
