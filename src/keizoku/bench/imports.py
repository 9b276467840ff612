"""Import of a bank's file against the bare binary COPY of equally wide rows into an unindexed table."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from keizoku.bench.ground import main, stopwatch, write_sample
from keizoku.bench.processes import watched

CHUNK = 10_000
MILLION = 1_000_000


def measure(rows: int) -> dict[str, Any]:
    from keizoku.customers.imports.importing import import_file
    from keizoku.kernel.actor import Actor
    from keizoku.kernel.clock import business_today
    from keizoku.risk import actions as risk

    sample = write_sample(rows)
    seconds: dict[str, float] = {}
    with stopwatch(seconds, "bare_copy"):
        width = _bare_copy(rows, sample.stat().st_size)
    risk.install_standard_scorecard(Actor.system("bench"), Actor.system("bench-approval"))
    taken: dict[str, Any] = {}
    with _timed_audit(seconds), watched(taken, rows), stopwatch(seconds, "import"):
        run = import_file(sample, as_of=business_today(), actor=Actor.system("bench"))
    with stopwatch(seconds, "import_again"):
        import_file(sample, as_of=business_today(), actor=Actor.system("bench"))
    with stopwatch(seconds, "rate_everybody"):
        risk.rate_everybody(Actor.system("bench"), business_today())
    return {
        "name": "import",
        "value": round(rows / seconds["import"]),
        "unit": "rows/s",
        "rows": rows,
        "taken": run.created_count,
        "seconds": seconds,
        "rows_per_second": {
            name: round(rows / value) for name, value in seconds.items() if value and name != "audit"
        },
        "baseline": f"binary COPY of {width} bytes a row",
        "ratio": round(seconds["import"] / seconds["bare_copy"], 1),
        "audit_share": round(seconds["audit"] / seconds["import"], 4),
        "million_minutes": round(seconds["import"] / rows * MILLION / 60, 1),
        **taken,
    }


def _bare_copy(rows: int, size: int) -> int:
    """COPY rows as wide as the file's, made beforehand; returns their width."""
    from django.db import connection, transaction

    from keizoku.customers.imports import binary_rows as packed

    width = size // rows
    line = packed.row(packed.blob(os.urandom(width)))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bare (line bytea) ON COMMIT DROP")
        with cursor.copy("COPY bare FROM STDIN (FORMAT binary)") as copy:
            copy.write(packed.HEADER)
            for first in range(0, rows, CHUNK):
                copy.write(line * min(CHUNK, rows - first))
            copy.write(packed.TRAILER)
    return width


@contextmanager
def _timed_audit(seconds: dict[str, float]) -> Iterator[None]:
    """Sum the time that the audit's own writes take, under "audit"."""
    from keizoku.audit import entries

    writers = {name: getattr(entries, name) for name in ("write", "write_each")}
    spent = 0.0

    def timed(writer: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            nonlocal spent
            began = time.perf_counter()
            try:
                return writer(*arguments, **options)
            finally:
                spent += time.perf_counter() - began

        return call

    for name, writer in writers.items():
        setattr(entries, name, timed(writer))
    yield
    for name, writer in writers.items():
        setattr(entries, name, writer)
    seconds["audit"] = round(spent, 4)


if __name__ == "__main__":
    main(measure)
