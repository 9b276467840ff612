"""The course of a soak: furnish, start, kill and go on, let everything come to rest, count."""

import random
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.progress import Progress

from keizoku.cli.demo.places import Places, let_go

POLL_S: Final = 0.05
STILL_FOR_S: Final = 6.0
AT_MOST_BETWEEN_KILLS_S: Final = 4.0
REST_WITHIN_S: Final = 240.0
# Bytes that the journals must grow by before the next kill: something was under way.
UNDER_WAY: Final = 12_000


@dataclass(frozen=True, slots=True)
class Plan:
    kills: int
    customers: int
    seed: int


@dataclass
class Report:
    """The one JSON line. ``window``: the largest number of messages that one kill may leave unknown."""

    kills: int = 0
    killed: dict[str, int] = field(default_factory=dict)
    faults: int = 0
    campaigns: int = 0
    deliveries: int = 0
    results: dict[str, int] = field(default_factory=dict)
    contacted: dict[str, int] = field(default_factory=dict)
    answers: int = 0
    sent_twice: int = 0
    sent_after_answer: int = 0
    in_flight_at_answer: int = 0
    lost: dict[str, int] = field(default_factory=dict)
    unknown: int = 0
    unknown_by_channel: dict[str, int] = field(default_factory=dict)
    window: int = 0
    seed: int = 0
    seconds: float = 0.0
    breaches: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not self.breaches

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def run(plan: Plan, places: Places, console: Console, began: float) -> Report:
    """Everything; the installation is stopped at the end, its state folder stays to be looked at."""
    from keizoku.cli import demo
    from keizoku.cli.demo.outside import ClockRelay
    from keizoku.cli.soak.campaigns import Campaigns
    from keizoku.cli.soak.house import Killer, family_of, furnish
    from keizoku.cli.soak.mischief import Mischief

    demo.be_at_home(places)
    with Progress(console=console) as bar:
        furnish(places, plan.customers, plan.seed, bar)
    family = family_of(places)
    let_go()
    family.start()
    report = Report(seed=plan.seed)
    try:
        demo.wait_until_ready(places, family)
        chance = random.Random(plan.seed)  # noqa: S311 - of a test, not of a key
        killer = Killer(family, places.state, chance)
        mischief = Mischief(places, chance)
        campaigns = Campaigns(ClockRelay(places), console)
        course = _Course(places, family, campaigns, chance)
        campaigns.next()
        campaigns.next()  # one by LINE first, one by letter
        while killer.kills.total() < plan.kills and not campaigns.is_over:
            mischief.go_on()
            course.until_under_way()
            victim = killer.strike()
            console.print(f"  ・{killer.kills.total()}/{plan.kills} {victim}")
        course.until_all_is_still()
        report.kills, report.killed = killer.kills.total(), dict(killer.kills)
        report.faults, report.campaigns = mischief.faults, len(campaigns.ids)
    finally:
        family.stop()
    _tell(report, places, plan)
    report.seconds = round(time.monotonic() - began, 1)
    return report


class _Course:
    """Time between kills."""

    def __init__(self, places: Places, family: Any, campaigns: Any, chance: random.Random) -> None:
        self._places = places
        self._family = family
        self._campaigns = campaigns
        self._chance = chance

    def until_under_way(self) -> None:
        """Until carriers have received something since the last kill, and a random moment more."""
        before, began = self._received(), time.monotonic()
        while self._received() - before < UNDER_WAY and time.monotonic() - began < AT_MOST_BETWEEN_KILLS_S:
            self._look_after()
            if self._campaigns.is_quiet():
                self._campaigns.next()
        until = time.monotonic() + self._chance.uniform(0, 0.5)
        while time.monotonic() < until:
            self._look_after()

    def until_all_is_still(self) -> None:
        """Nobody dies any more: all that was begun comes to its end."""
        from keizoku.cli.demo import outside

        outside.post(self._places, "/_sandbox/faults", {}, method="DELETE")
        deadline = time.monotonic() + REST_WITHIN_S
        still_since, received = time.monotonic(), self._received()
        while time.monotonic() - still_since < STILL_FOR_S and time.monotonic() < deadline:
            self._look_after()
            now = self._received()
            if now != received or not self._campaigns.is_quiet():
                still_since, received = time.monotonic(), now

    def _look_after(self) -> None:
        self._family.look_after()
        self._campaigns.look_after()
        time.sleep(POLL_S)

    def _received(self) -> int:
        """Bytes in the carriers' journals."""
        return sum(
            _size(self._places.journals / f"{name}.jsonl") for name in ("line", "smtp", "sms", "print")
        )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _tell(report: Report, places: Places, plan: Plan) -> None:
    from django.conf import settings

    from keizoku.cli.soak.counting import count
    from keizoku.cli.soak.house import patiently
    from keizoku.delivery.registry import transport

    found = patiently(lambda: count(places.journals))
    for name, value in asdict(found).items():
        setattr(report, name, value)
    windows = {name: transport(name).window for name in settings.CHANNELS}
    report.window = max(windows.values())
    expectations = {
        f"only {report.kills} of {plan.kills} kills: too few customers": report.kills == plan.kills,
        "nothing was sent": report.deliveries > 0,
        "no carrier did anything wrong": report.faults > 0,
        "somebody was written to twice": report.sent_twice == 0,
        "somebody was written to after answering": report.sent_after_answer == 0,
        f"lost: {report.lost}": not report.lost,
        "more is unknown than a window a kill": all(
            number <= windows[channel] * report.kills for channel, number in report.unknown_by_channel.items()
        ),
    }
    report.breaches = [breach for breach, holds in expectations.items() if not holds]
