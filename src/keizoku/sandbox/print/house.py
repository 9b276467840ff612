"""What happens to a batch at the print house, in business time; its states outlive a restart.

Assumed (no print house could be asked): what is there by 17:30 is printed that evening and posted on the next day at
noon; a letter that cannot be delivered is back after about a week. Until the cut-off a batch can be cancelled.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from keizoku.sandbox.chance import Chance
from keizoku.sandbox.clock import Agenda, Clock

TOKYO: Final = ZoneInfo("Asia/Tokyo")
CUT_OFF: Final = time(17, 30)
PRINTED_BY: Final = time(20)
POSTED_AT: Final = time(12)
BACK_AFTER: Final = timedelta(days=7)
# How many letters of a hundred come back, and why: assumed; the reasons are those that Japan Post stamps.
RETURNED: Final = 0.03
REASONS: Final = (
    ("no_such_person", 0.6),
    ("moved", 0.25),
    ("not_collected", 0.1),
    ("refused", 0.05),
)


@dataclass(slots=True)
class Batch:
    """One batch as the house knows it; ``tags`` in the order of its pages."""

    key: str
    reference: str
    sha256: str
    taken_at: str
    cutoff_at: str
    tags: list[str]
    state: str = "accepted"
    posted_on: str = ""
    returns: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        told = {"key": self.key, "reference": self.reference, "sha256": self.sha256, "state": self.state}
        return {
            **told,
            "letters": len(self.tags),
            "cutoff_at": self.cutoff_at,
            "posted_on": self.posted_on or None,
        }


class House:
    """Batches by key, in a folder: ``<key>.json`` and ``<key>.pdf``."""

    def __init__(self, folder: Path, clock: Clock, agenda: Agenda, chance: Chance) -> None:
        self.counts: Counter[str] = Counter()
        self.batches: dict[str, Batch] = {}
        self._folder = folder
        self._clock = clock
        self._agenda = agenda
        self._chance = chance
        folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(folder.glob("*.json")):
            batch = Batch(**json.loads(path.read_text(encoding="utf-8")))
            self.batches[batch.key] = batch
            self._plan(batch)

    def take(self, key: str, manifest: dict[str, Any], pdf: bytes) -> Batch:
        """A batch that is not here yet; the caller has checked that."""
        now = self._clock.business()
        batch = Batch(
            key=key,
            reference=f"P{len(self.batches) + 1:06d}",
            sha256=hashlib.sha256(pdf).hexdigest(),
            taken_at=now.astimezone(UTC).isoformat(),
            cutoff_at=_cut_off(now).isoformat(),
            tags=[str(row["tag"]) for row in manifest["list"]],
        )
        (self._folder / f"{key}.pdf").write_bytes(pdf)
        self.batches[key] = batch
        self.counts["batches"] += 1
        self.counts["letters"] += len(batch.tags)
        self._keep(batch)
        self._plan(batch)
        return batch

    def cancel(self, batch: Batch) -> bool:
        """Until the cut-off."""
        if batch.state != "accepted" or self._clock.business() >= datetime.fromisoformat(batch.cutoff_at):
            return False
        self._move(batch, "cancelled")
        return True

    def returns(self, after: int) -> list[dict[str, Any]]:
        """What came back, behind a number; numbers rise over all batches."""
        found = [one for batch in self.batches.values() for one in batch.returns if one["number"] > after]
        return sorted(found, key=lambda one: int(one["number"]))

    def pdf(self, key: str) -> Path:
        return self._folder / f"{key}.pdf"

    def _plan(self, batch: Batch) -> None:
        """What is still to come for a batch, at its business moments; those that have passed come at once."""
        day = datetime.fromisoformat(batch.cutoff_at).astimezone(TOKYO).date()
        printed = datetime.combine(day, PRINTED_BY, tzinfo=TOKYO)
        posted = datetime.combine(day + timedelta(days=1), POSTED_AT, tzinfo=TOKYO)
        if batch.state == "accepted":
            self._agenda.at(printed, self._then(batch, "accepted", "printed"))
        if batch.state in {"accepted", "printed"}:
            self._agenda.at(posted, self._then(batch, "printed", "posted", posted.date()))
        if batch.state != "cancelled" and not batch.returns:
            self._agenda.at(posted + BACK_AFTER, lambda: self._come_back(batch, (posted + BACK_AFTER).date()))

    def _then(
        self, batch: Batch, before: str, after: str, posted_on: date | None = None
    ) -> Callable[[], None]:
        def act() -> None:
            if batch.state == before:
                batch.posted_on = posted_on.isoformat() if posted_on else ""
                self._move(batch, after)

        return act

    def _come_back(self, batch: Batch, day: date) -> None:
        if batch.state != "posted":
            return
        number = max((one["number"] for each in self.batches.values() for one in each.returns), default=0)
        for tag in batch.tags:
            if self._chance.happens(RETURNED, "letter comes back", tag):
                number += 1
                reason = self._chance.pick_by_share(list(REASONS), "why a letter comes back", tag)
                batch.returns.append(
                    {"number": number, "tag": tag, "reason": reason, "returned_on": day.isoformat()}
                )
        self.counts["returned"] += len(batch.returns)
        self._keep(batch)

    def _move(self, batch: Batch, state: str) -> None:
        batch.state = state
        self.counts[state] += 1
        self._keep(batch)

    def _keep(self, batch: Batch) -> None:
        path = self._folder / f"{batch.key}.json"
        draft = path.with_suffix(".draft")
        draft.write_text(json.dumps(asdict(batch), ensure_ascii=False), encoding="utf-8")
        draft.replace(path)


def _cut_off(now: datetime) -> datetime:
    """The next one."""
    here = now.astimezone(TOKYO)
    today = datetime.combine(here.date(), CUT_OFF, tzinfo=TOKYO)
    return today if here < today else today + timedelta(days=1)
