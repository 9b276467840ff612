"""An IMAP4rev1 server (RFC 3501) for the bank's mailbox: what a client of a mailbox needs, and no more.

CAPABILITY, NOOP, LOGIN, LOGOUT, LIST, CREATE, SELECT, EXPUNGE, CLOSE and UID SEARCH, FETCH, STORE, COPY. One account, whose
name and password are given at the start.
"""

import asyncio
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from keizoku.sandbox.mail.returns import Mailbox

_PATIENCE = 300.0
_LONGEST_LINE = 64 * 1024
_WORDS = re.compile(r'"((?:[^"\\]|\\.)*)"|(\([^()]*\))|(\S+)')
_PARTIAL = re.compile(r"BODY(?:\.PEEK)?\[\](?:<(\d+)\.(\d+)>)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Account:
    user: str
    password: str


class Refused(Exception):
    """A tagged NO, with its text."""


@dataclass
class _Session:
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    mailbox: Mailbox
    account: Account
    is_known: bool = False
    folder: str = ""
    deleted: set[int] = field(default_factory=set)

    async def hold(self) -> None:
        self._say("* OK IMAP4rev1 sandbox")
        await self.writer.drain()
        while True:
            async with asyncio.timeout(_PATIENCE):
                line = await self.reader.readline()
            if not line:
                return
            tag, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            verb, _, rest = rest.partition(" ")
            verb = verb.upper()
            try:
                said = self._obey(verb, rest)
            except Refused as refusal:
                self._say(f"{tag} NO {refusal}")
            except (ValueError, IndexError, OSError):
                self._say(f"{tag} BAD not understood")
            else:
                self._say(f"{tag} OK {said}")
            await self.writer.drain()
            if verb == "LOGOUT":
                return

    def _obey(self, verb: str, rest: str) -> str:
        open_to_all: dict[str, Callable[[list[str]], str]] = {
            "CAPABILITY": self._capability,
            "NOOP": lambda _: "done",
            "LOGIN": self._login,
            "LOGOUT": self._logout,
        }
        known: dict[str, Callable[[list[str]], str]] = {
            "LIST": self._list,
            "CREATE": self._create,
            "SELECT": self._select,
            "EXPUNGE": self._expunge,
            "CLOSE": self._expunge,
            "UID": self._uid,
        }
        words = _words(rest)
        if verb in open_to_all:
            return open_to_all[verb](words)
        if verb not in known:
            raise ValueError(verb)
        if not self.is_known:
            raise Refused("please LOGIN first")
        return known[verb](words)

    def _capability(self, _words: list[str]) -> str:
        self._say("* CAPABILITY IMAP4rev1")
        return "done"

    def _login(self, words: list[str]) -> str:
        given = "\0".join(words[:2]).encode()
        if not hmac.compare_digest(given, f"{self.account.user}\0{self.account.password}".encode()):
            raise Refused("[AUTHENTICATIONFAILED] no such account")
        self.is_known = True
        return "welcome"

    def _logout(self, _words: list[str]) -> str:
        self._say("* BYE")
        return "done"

    def _list(self, _words: list[str]) -> str:
        for name in self.mailbox.folders():
            self._say(f'* LIST () "/" "{name}"')
        return "done"

    def _create(self, words: list[str]) -> str:
        if not self.mailbox.create(words[0]):
            raise Refused("[ALREADYEXISTS] it is there")
        return "done"

    def _select(self, words: list[str]) -> str:
        if not self.mailbox.holds(words[0]):
            raise Refused("[NONEXISTENT] no such folder")
        self.folder, self.deleted = words[0], set()
        self._say(f"* {len(self.mailbox.numbers(self.folder))} EXISTS")
        self._say("* FLAGS (\\Deleted \\Seen)")
        self._say("* OK [UIDVALIDITY 1]")
        return "[READ-WRITE] done"

    def _expunge(self, _words: list[str]) -> str:
        for place, number in reversed(list(enumerate(self._numbers(), start=1))):
            if number in self.deleted:
                self.mailbox.remove(self.folder, number)
                self._say(f"* {place} EXPUNGE")
        self.deleted.clear()
        return "done"

    def _uid(self, words: list[str]) -> str:
        verb = words[0].upper()
        if verb == "SEARCH":
            waiting = [str(number) for number in self._numbers() if number not in self.deleted]
            self._say(" ".join(["* SEARCH", *waiting]))
        elif verb == "FETCH":
            for place, number in self._chosen(words[1]):
                self._tell(place, number, words[2])
        elif verb == "STORE":
            if words[2].upper().startswith("+FLAGS") and "\\Deleted" in words[3]:
                self.deleted.update(number for _, number in self._chosen(words[1]))
        elif verb == "COPY":
            if not self.mailbox.holds(words[2]):
                raise Refused("[TRYCREATE] no such folder")
            for _, number in self._chosen(words[1]):
                self.mailbox.put(self.mailbox.open(self.folder, number), words[2])
        else:
            raise ValueError(verb)
        return "done"

    def _tell(self, place: int, number: int, wanted: str) -> None:
        raw = self.mailbox.open(self.folder, number)
        found = _PARTIAL.search(wanted)
        size = f"RFC822.SIZE {len(raw)} " if "RFC822.SIZE" in wanted.upper() else ""
        name = "BODY[]"
        if found and found[1] is not None:
            start, length = int(found[1]), int(found[2])
            raw, name = raw[start : start + length], f"BODY[]<{start}>"
        self.writer.write(f"* {place} FETCH (UID {number} {size}{name} {{{len(raw)}}}\r\n".encode())
        self.writer.write(raw + b")\r\n")

    def _numbers(self) -> list[int]:
        if not self.folder:
            raise Refused("no folder is selected")
        return self.mailbox.numbers(self.folder)

    def _chosen(self, told: str) -> list[tuple[int, int]]:
        """(place, UID) of a set such as "1,4:6,9:*"."""
        numbers = self._numbers()
        wanted: set[int] = set()
        for part in told.split(","):
            low, _, high = part.partition(":")
            top = max(numbers, default=0) if high == "*" else int(high or low)
            wanted.update(range(int(low), top + 1))
        return [(place, number) for place, number in enumerate(numbers, start=1) if number in wanted]

    def _say(self, text: str) -> None:
        self.writer.write(f"{text}\r\n".encode())


def _words(rest: str) -> list[str]:
    return [
        re.sub(r"\\(.)", r"\1", quoted) if quoted or not (listed or plain) else listed or plain
        for quoted, listed, plain in _WORDS.findall(rest)
    ]


async def serve(mailbox: Mailbox, account: Account, host: str, port: int) -> asyncio.Server:
    """Starts listening; port 0 takes a free one."""

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _Session(reader, writer, mailbox, account).hold()
        except (TimeoutError, ConnectionError, ValueError):
            writer.transport.abort()
        finally:
            writer.close()

    return await asyncio.start_server(converse, host, port, limit=_LONGEST_LINE)
