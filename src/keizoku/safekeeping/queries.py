"""Reads for screens and commands: epochs, passes, destructions, backups and drills. No key is in any of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from keizoku.kernel.crypto import keyring, keyring_file, services
from keizoku.kernel.state import state_folder
from keizoku.safekeeping.keys import counting
from keizoku.safekeeping.keys.reencrypting import rate
from keizoku.safekeeping.models import Backup, Destruction, Drill, Reencryption
from keizoku.safekeeping.rules import State


@dataclass(frozen=True, slots=True)
class EpochRow:
    """One data key; ``created_at`` is None where an earlier version did not write it down."""

    number: int
    created_at: datetime | None
    is_newest: bool
    is_destroyed: bool
    values: int


@dataclass(frozen=True, slots=True)
class PassRow:
    """One re-encryption; ``per_second`` is its rate while it worked."""

    target: int
    rows: int
    expected: int
    per_second: float
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class DestructionRow:
    id: int
    epoch: int
    state: str
    state_name: str
    requested_by: int
    requested_by_name: str
    requested_at: datetime
    decided_by_name: str
    decided_at: datetime | None
    certificate: dict[str, Any] | None
    signature: str


def key_service() -> str:
    """What wraps the keys, for people."""
    folder = state_folder() / "keys"
    return services.service(keyring_file.read(folder).service, folder).describe()


def fingerprint() -> str:
    return keyring.current().fingerprint


def index_epoch() -> int:
    return keyring.current().index_epoch


def epochs(*, is_rough: bool = False) -> list[EpochRow]:
    """Every data key, the newest first, with how many values lie under it (about, if a screen asks)."""
    content = keyring_file.read(state_folder() / "keys")
    held: dict[int, int] = {}
    for count in counting.counts(is_rough=is_rough):
        held[count.epoch] = held.get(count.epoch, 0) + count.count
    newest = max(content.epochs)
    destroyed = {int(name) for name in content.destroyed}
    return [
        EpochRow(
            number=number,
            created_at=_moment(content.epochs[number].created_at) if number in content.epochs else None,
            is_newest=number == newest,
            is_destroyed=number in destroyed,
            values=held.get(number, 0),
        )
        for number in sorted({*content.epochs, *destroyed, *held}, reverse=True)
    ]


def passes(limit: int = 5) -> list[PassRow]:
    return [
        PassRow(row.target, row.rows, row.expected, rate(row), row.started_at, row.finished_at)
        for row in Reencryption.objects.order_by("-id")[:limit]
    ]


def destructions() -> list[DestructionRow]:
    """All of them, the newest first."""
    found = Destruction.objects.select_related("requested_by", "decided_by").order_by("-id")
    return [
        DestructionRow(
            id=row.id,
            epoch=row.epoch,
            state=row.state,
            state_name=row.get_state_display(),
            requested_by=row.requested_by_id,
            requested_by_name=row.requested_by.display_name,
            requested_at=row.requested_at,
            decided_by_name=row.decided_by.display_name if row.decided_by else "",
            decided_at=row.decided_at,
            certificate=row.certificate,
            signature=row.signature,
        )
        for row in found
    ]


def destruction(destruction_id: int) -> DestructionRow | None:
    return next((row for row in destructions() if row.id == destruction_id), None)


def waiting_destruction(epoch: int) -> DestructionRow | None:
    """The request for this key that waits for its answer."""
    return next((row for row in destructions() if row.epoch == epoch and row.state == State.REQUESTED), None)


def last_backup() -> Backup | None:
    return Backup.objects.order_by("-id").first()


def drills(limit: int = 5) -> list[Drill]:
    return list(Drill.objects.order_by("-id")[:limit])


def _moment(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
