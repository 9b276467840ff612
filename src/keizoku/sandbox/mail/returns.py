"""The bank's mailbox for what comes back, and when something does: some mails bounce minutes later, a few are complained of.

One file a message, so that a restarted sandbox still has what was not fetched.
"""

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from keizoku.sandbox.clock import Agenda, Clock
from keizoku.sandbox.mail.reports import Returned, complaint, status_report
from keizoku.sandbox.world.assumptions import Afterwards
from keizoku.sandbox.world.people import World

INBOX = "INBOX"
# Minutes of business time after acceptance, from and to (assumed).
SOON, LATE = (1.0, 10.0), (30.0, 90.0)


class Mailbox:
    """Folders of numbered messages. Numbers (UIDs) only rise."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.create(INBOX)
        self._last = max((number for name in self.folders() for number in self.numbers(name)), default=0)

    def create(self, name: str) -> bool:
        """False where it is there already."""
        is_new = not self._path(name).is_dir()
        self._path(name).mkdir(parents=True, exist_ok=True)
        return is_new

    def folders(self) -> list[str]:
        return sorted(path.name for path in self._folder.iterdir())

    def holds(self, name: str) -> bool:
        return self._path(name).is_dir()

    def put(self, raw: bytes, name: str = INBOX) -> int:
        self._last += 1
        (self._path(name) / f"{self._last:09d}.eml").write_bytes(raw)
        return self._last

    def numbers(self, name: str) -> list[int]:
        return sorted(int(path.stem) for path in self._path(name).glob("*.eml"))

    def open(self, name: str, number: int) -> bytes:
        return (self._path(name) / f"{number:09d}.eml").read_bytes()

    def remove(self, name: str, number: int) -> None:
        (self._path(name) / f"{number:09d}.eml").unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if "/" in name or name.startswith("."):
            raise ValueError(name)
        return self._folder / name


class Returns:
    """Decides what becomes of an accepted mail, and sends back what a host would."""

    def __init__(self, world: World, clock: Clock, agenda: Agenda, mailbox: Mailbox) -> None:
        self.counts: Counter[str] = Counter()
        self._world = world
        self._clock = clock
        self._agenda = agenda
        self._mailbox = mailbox

    def arrives(self, mail: Returned) -> bool:
        """Whether the mail reaches its reader; what is to come back later is put down for its moment."""
        afterwards = self._world.afterwards(mail.recipient)
        now = self._clock.business()
        soon, late = now + self._wait(SOON, mail), now + self._wait(LATE, mail)
        match afterwards:
            case Afterwards.UNKNOWN:
                self._fail(soon, mail, "5.1.1", "550 5.1.1 no such mailbox")
            case Afterwards.FULL:
                self._delay(soon, mail, "4.2.2", "452 4.2.2 mailbox full")
                self._fail(late, mail, "4.2.2", "452 4.2.2 mailbox full")
            case Afterwards.DELAYED:
                self._delay(soon, mail, "4.4.1", "host did not answer")
            case Afterwards.COMPLAINED:
                self._agenda.at(soon, lambda: self._send_back("complaints", complaint(mail, soon)))
        return afterwards not in {Afterwards.UNKNOWN, Afterwards.FULL}

    def _fail(self, at: datetime, mail: Returned, status: str, diagnostic: str) -> None:
        report = status_report(mail, "failed", status, diagnostic, at)
        self._agenda.at(at, lambda: self._send_back("bounced", report))

    def _delay(self, at: datetime, mail: Returned, status: str, diagnostic: str) -> None:
        report = status_report(mail, "delayed", status, diagnostic, at)
        self._agenda.at(at, lambda: self._send_back("delayed", report))

    def _send_back(self, kind: str, report: bytes) -> None:
        self.counts[kind] += 1
        self._mailbox.put(report)

    def _wait(self, minutes: tuple[float, float], mail: Returned) -> timedelta:
        return timedelta(minutes=self._world.chance.between(*minutes, "comes back after", mail.recipient))
