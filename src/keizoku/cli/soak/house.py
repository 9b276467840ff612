"""The installation that is to suffer: its data, its processes, and how each of them is killed."""

import os
import random
import signal
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, TypeVar

from rich.progress import Progress

from keizoku.cli.demo.children import Child, Family
from keizoku.cli.demo.places import Places

T = TypeVar("T")
# Many customers answer, and soon: while others of the same wave are being written to.
ANSWERS_WITHIN_S: Final = (0.2, 6.0)
ANSWERING: Final = ("--line-answers", "0.5", "--mail-answers", "0.4", "--sms-answers", "0.3")
# Senders die most often, since what they do cannot be taken back; weights of the draw.
VICTIMS: Final = {"sender": 5, "sender-2": 5, "worker": 3, "web": 3, "database": 2}


def furnish(places: Places, customers: int, seed: int, bar: Progress) -> None:
    """Staff, scorecard, questionnaire and rated customers, in an empty database."""
    from keizoku.accounts import actions as accounts
    from keizoku.cli.demo.first_data import QUESTIONNAIRE, STAFF
    from keizoku.customers.imports.importing import import_file
    from keizoku.forms import actions as forms
    from keizoku.kernel.actor import Actor
    from keizoku.kernel.clock import business_today
    from keizoku.risk import actions as risk
    from keizoku.sample.customers import write

    setup = Actor.system("setup")
    for login, (name, role) in STAFF.items():
        accounts.create_staff(actor=setup, login=login, display_name=name, role=role)
    risk.install_standard_scorecard(setup, Actor.system("setup-approval"))
    forms.install(QUESTIONNAIRE.read_text(encoding="utf-8"), setup, Actor.system("setup-approval"))
    places.sample.parent.mkdir(parents=True, exist_ok=True)
    today = business_today()
    line = bar.add_task("見本のお客さまを作成・取込", total=customers)
    write(places.sample, count=customers, seed=seed, today=today)
    import_file(
        places.sample, as_of=today, actor=setup, progress=lambda count: bar.update(line, completed=count)
    )
    risk.rate_everybody(setup, today)


def family_of(places: Places) -> Family:
    """The demo's processes with livelier customers, and a second sender; whoever dies is started again at once."""
    from keizoku.cli.demo import children

    family = []
    for child in children(places, population_delay=ANSWERS_WITHIN_S):
        livelier = ANSWERING if child.name == "sandbox" else ()
        family.append(Child(child.name, [*child.arguments, *livelier], child.log, restart_pause_s=0))
        if child.name == "sender":
            family.append(
                Child("sender-2", child.arguments, child.log.with_name("sender-2.log"), restart_pause_s=0)
            )
    return Family(family)


class Killer:
    """SIGKILL, without a word of farewell, to whoever is drawn; the family and the database's keeper start them again."""

    def __init__(self, family: Family, state: Path, chance: random.Random) -> None:
        self.kills: Counter[str] = Counter()
        self._children = {child.name: child for child in family.children}
        self._state = state
        self._chance = chance

    def strike(self) -> str:
        """Kill one; returns whom."""
        (victim,) = self._chance.choices(list(VICTIMS), weights=list(VICTIMS.values()))
        if victim == "database":
            self._kill_database()
        else:
            self._kill(self._children[victim])
        self.kills[victim] += 1
        return victim

    def _kill_database(self) -> None:
        """The server itself; its own children see it and end."""
        from keizoku.kernel.database.layout import layout_for

        pid = (layout_for(self._state).data / "postmaster.pid").read_text().split("\n", 1)[0]
        os.kill(int(pid), signal.SIGKILL)

    def _kill(self, child: Child) -> None:
        pid = child.pid
        if pid is None:
            return
        for each in [pid, *descendants(pid)]:
            try:
                os.kill(each, signal.SIGKILL)
            except ProcessLookupError:
                continue  # it was quicker
        if child.name.startswith("sender"):
            patiently(lambda: _run_out(pid))


def descendants(pid: int) -> Sequence[int]:
    """All processes that come from this one, by /proc."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (OSError, ValueError):
            continue
        parents.setdefault(parent, []).append(int(folder.name))
    found: list[int] = []
    waiting = [pid]
    while waiting:
        children = parents.get(waiting.pop(), [])
        found += children
        waiting += children
    return found


def _run_out(pid: int) -> None:
    """Lets the rest of a dead worker's lease pass at once; a soak that waited for each would kill little. Leases of the
    living are left alone.
    """
    from django.utils import timezone

    from keizoku.delivery.models import Chunk

    Chunk.objects.filter(state="leased", worker__endswith=f":{pid}").update(leased_until=timezone.now())


def patiently(act: Callable[[], T]) -> T:
    """Do it, again and again while the database is just being started anew."""
    import time

    from django.db import InterfaceError, OperationalError, connections

    deadline = time.monotonic() + 60
    while True:
        try:
            return act()
        except (OperationalError, InterfaceError):
            connections.close_all()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
