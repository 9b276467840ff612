"""The crowd: who of the people that received a message answers it, when, and no more than a few at a time.

Decided per message from the seed. Answers are due some seconds after delivery, in business time: a jump of the
demo's clock makes all of them due at once. While the crowd is off, due answers wait for it to be switched on.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp

from keizoku.sandbox.chance import Chance
from keizoku.sandbox.clock import Agenda, Clock, iso
from keizoku.sandbox.inbox import Item, Kind
from keizoku.sandbox.journal import Journal
from keizoku.sandbox.population.errand import Errand, errand_of
from keizoku.sandbox.population.persona import Persona
from keizoku.sandbox.population.visit import Outcome, Visit
from keizoku.sandbox.world.assumptions import LINE_ANSWERS, MAIL_ANSWERS, SMS_ANSWERS
from keizoku.sandbox.world.people import World
from keizoku.sandbox.world.reading import Person

AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Manners:
    """Shares per message, and the seconds between delivery and answer."""

    line_answers: float = LINE_ANSWERS
    mail_answers: float = MAIL_ANSWERS
    soonest: float = 2.0
    latest: float = 40.0
    sms_answers: float = SMS_ANSWERS

    def answers(self, channel: str) -> float:
        return {"line": self.line_answers, "email": self.mail_answers, "sms": self.sms_answers}[channel]


@dataclass(frozen=True, slots=True)
class _Turn:
    """Somebody's answer that is due. `occasion` is the how-manieth message of theirs it answers."""

    reader: Person
    errand: Errand
    occasion: str


class Crowd:
    def __init__(
        self,
        world: World,
        clock: Clock,
        agenda: Agenda,
        journal: Journal,
        *,
        portal_url: str,
        manners: Manners,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._world = world
        self._clock = clock
        self._agenda = agenda
        self._journal = journal
        self._portal_url = portal_url.rstrip("/")
        self._manners = manners
        self._chance: Chance = world.chance
        self._is_on = False
        self._received: Counter[str] = Counter()
        self._answered: set[tuple[str, str]] = set()
        self._due: deque[_Turn] = deque()
        self._look = asyncio.Event()
        self._visiting = 0

    def switch(self, *, on: bool) -> None:
        self._is_on = on
        self._look.set()

    def status(self) -> dict[str, Any]:
        return {"on": self._is_on, "due": len(self._due), "visiting": self._visiting, **self.counts}

    def receive(self, item: Item) -> None:
        """A message has arrived: decides whether it will be answered, and when."""
        if item.place.kind is Kind.SAID:
            return
        errand = errand_of(item, self._portal_url)
        reader = self._reader(item, errand)
        if errand is None or reader is None:
            return
        holder = item.place.holder
        self._received[holder] += 1
        occasion = str(self._received[holder])
        share = self._manners.answers(errand.channel)
        if not self._chance.happens(share, "answers", errand.channel, holder, occasion):
            return
        wait = self._chance.between(self._manners.soonest, self._manners.latest, "after", holder, occasion)
        self._agenda.at(
            item.place.at + timedelta(seconds=wait), self._becomes_due(_Turn(reader, errand, occasion))
        )

    async def run(self) -> None:
        """Visits until cancelled, `AT_ONCE` at a time."""
        async with aiohttp.TCPConnector(limit=AT_ONCE * 2) as connector, asyncio.TaskGroup() as visitors:
            for _ in range(AT_ONCE):
                visitors.create_task(self._visit_in_turn(connector))

    def _reader(self, item: Item, errand: Errand | None) -> Person | None:
        """Of several owners of a phone or mailbox: the one named in the message, else the first."""
        able = [owner for owner in self._world.owners(item.place.holder) if owner.birth_date]
        if errand is None or not able:
            return None
        named = [owner for owner in able if owner.name and owner.name in errand.words]
        return (named or able)[0]

    def _becomes_due(self, turn: _Turn) -> Callable[[], None]:
        def become_due() -> None:
            self._due.append(turn)
            self._look.set()

        return become_due

    async def _visit_in_turn(self, connector: aiohttp.BaseConnector) -> None:
        while True:
            while not (self._is_on and self._due):
                self._look.clear()
                await self._look.wait()
            turn = self._due.popleft()
            done = (turn.reader.number, turn.errand.key)
            if done in self._answered:
                continue
            self._answered.add(done)
            self._visiting += 1
            try:
                await self._answer(turn, connector)
            finally:
                self._visiting -= 1

    async def _answer(self, turn: _Turn, connector: aiohttp.BaseConnector) -> None:
        reader, errand = turn.reader, turn.errand
        persona = Persona(reader, self._chance, turn.occasion, errand.code)
        outcome = await Visit(persona, errand.start, connector, self._clock.wall).go()
        self.counts[outcome.state] += 1
        if outcome.state == "unreachable":  # a later reminder may find the portal standing again
            self._answered.discard((reader.number, errand.key))
        self._journal.write(self._journal.receive(), _line(reader, errand, persona, outcome))


def _line(reader: Person, errand: Errand, persona: Persona, outcome: Outcome) -> dict[str, Any]:
    def moment(at: datetime | None) -> str | None:
        return iso(at) if at else None

    return {
        "customer": reader.number,
        "channel": errand.channel,
        "reference": outcome.code,
        "outcome": outcome.state,
        "submitted_at": moment(outcome.submitted_at),
        "answered_at": moment(outcome.answered_at),
        "change": persona.change,
        "mistyped": outcome.mistyped,
        "steps": outcome.steps,
        "starts": outcome.starts,
        "remarks": outcome.remarks,
    }
