"""Verification of an export, whole: against the bare reading and hashing of as many lines, in the same run.

The trail is as a busy day's: entries of several kinds, each fiftieth a bulk read with its ids, sealed and exported by
the real code. One process.
"""

import hashlib
from pathlib import Path
from typing import Any

from keizoku.bench.ground import main, stopwatch
from keizoku.bench.processes import most_resident_mb

_IN_A_TRANSACTION = 5_000
_BULK = 40


def measure(rows: int) -> dict[str, Any]:
    from keizoku.audit import actions, export, key_chain, verifier
    from keizoku.kernel.actor import Actor
    from keizoku.kernel.state import state_folder

    seconds: dict[str, float] = {}
    with stopwatch(seconds, "write"):
        _fill(rows)
    with stopwatch(seconds, "seal"):
        actions.seal()
    path = state_folder() / "trail.jsonl"
    with stopwatch(seconds, "export"):
        export.write(path, actor=Actor.system("bench"))
    with stopwatch(seconds, "bare_hashing"):
        lines = _bare(path)
    with stopwatch(seconds, "verify"), path.open("rb") as file:
        report = verifier.verify(file, verifier.Known(public_key=key_chain.current()))
    assert report.is_sound, report.findings[:3]
    return {
        "name": "audit-verify",
        "value": round(report.entries / seconds["verify"]),
        "unit": "entries/s",
        "rows": report.entries,
        "lines": lines,
        "blocks": report.blocks,
        "megabytes": path.stat().st_size // 1024**2,
        "seconds": seconds,
        "baseline": "reading the file and SHA-256 of each line",
        "ratio": round(seconds["verify"] / seconds["bare_hashing"], 2),
        "peak_mb": most_resident_mb(),
    }


def _fill(rows: int) -> None:
    """Entries of several transactions, by the audit's own writer."""
    from django.db import transaction

    from keizoku.audit import actions, entries
    from keizoku.kernel.actor import Actor

    reviewer = Actor.staff(7)
    for first in range(0, rows, _IN_A_TRANSACTION):
        size = min(_IN_A_TRANSACTION, rows - first)
        bulk_reads = size // 50
        ids = range(first, first + size - bulk_reads)
        details: dict[str, str | int | None] = {"round": 1, "outcome": "approved", "reason": "consistent"}
        with transaction.atomic():
            entries.write_each(
                reviewer, "reviews.review.decided", "review", ids, purpose="定期の確認のため", details=details
            )
            for number in range(bulk_reads):
                subjects = range(first + number, first + number + _BULK)
                actions.grant_read(actor=reviewer, purpose="delivery.send", subjects=subjects)


def _bare(path: Path) -> int:
    """The floor: every line read and hashed, nothing compared."""
    lines = 0
    with path.open("rb") as file:
        for raw in file:
            hashlib.sha256(raw).digest()
            lines += 1
    return lines


if __name__ == "__main__":
    main(measure)
