"""What the audit costs an import: the time inside its writes, and of sealing them, as a share of the whole.

Measured twice: a first file (everybody is new) and a second (everybody's address changed, so that the old values are
read, which leaves bulk reads with their ids). Baseline: the same imports less the audit's time, in the same run.
"""

import csv
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from keizoku.bench.ground import main, stopwatch, write_sample


def measure(rows: int) -> dict[str, Any]:
    from keizoku.audit import actions as audit
    from keizoku.audit.queries import count

    sample = write_sample(rows)
    changed = _with_other_addresses(sample)
    seconds: dict[str, float] = {}
    entries: dict[str, int] = {}
    for name, path in (("import", sample), ("import_changed", changed)):
        before = count()
        with _timed_audit(seconds, name), stopwatch(seconds, name):
            _import(path)
        with stopwatch(seconds, f"{name}_sealing"):
            audit.seal()
        entries[name] = count() - before
    shares = {name: _share(seconds, name) for name in ("import", "import_changed")}
    return {
        "name": "audit-write",
        "value": max(shares.values()),
        "unit": "share of an import's time",
        "rows": rows,
        "entries": entries,
        "shares": shares,
        "seconds": seconds,
        "baseline": "the same imports less the audit's own time",
        "ratio": round(1 / (1 - max(shares.values())), 4),
    }


def _share(seconds: dict[str, float], name: str) -> float:
    audit = seconds[f"{name}_audit"] + seconds[f"{name}_sealing"]
    return round(audit / (seconds[name] + seconds[f"{name}_sealing"]), 4)


def _import(path: Path) -> None:
    from keizoku.customers.imports.importing import import_file
    from keizoku.kernel.actor import Actor
    from keizoku.kernel.clock import business_today

    import_file(path, as_of=business_today(), actor=Actor.system("bench"))


def _with_other_addresses(sample: Path) -> Path:
    """The same people, each moved to another room."""
    path = sample.with_name("sample-changed.csv")
    with (
        sample.open(encoding="utf-8-sig", newline="") as old,
        path.open("w", encoding="utf-8", newline="") as new,
    ):
        rows = csv.DictReader(old)
        out = csv.DictWriter(new, rows.fieldnames or [])
        out.writeheader()
        out.writerows({**row, "住所": f"{row['住所']} 901号"} for row in rows)
    return path


@contextmanager
def _timed_audit(seconds: dict[str, float], name: str) -> Iterator[None]:
    """Sum the wall time inside the audit's own writes, the database's answer included, under "<name>_audit"."""
    from keizoku.audit import actions

    names = ("record", "record_many", "grant_read")
    verbs = {verb: getattr(actions, verb) for verb in names}
    spent = 0.0

    def timed(verb: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            nonlocal spent
            began = time.perf_counter()
            try:
                return verb(*arguments, **options)
            finally:
                spent += time.perf_counter() - began

        return call

    with _replaced({verb: timed(function) for verb, function in verbs.items()}, verbs):
        yield
    seconds[f"{name}_audit"] = round(spent, 4)


@contextmanager
def _replaced(new: dict[str, Any], old: dict[str, Any]) -> Iterator[None]:
    """The audit's verbs replaced wherever a module of ours holds one by name."""
    import sys

    places = [
        (module, name, verb)
        for module_name, module in list(sys.modules.items())
        if module_name.startswith("keizoku.")
        for verb, function in old.items()
        for name, value in list(vars(module).items())
        if value is function
    ]
    for module, name, verb in places:
        setattr(module, name, new[verb])
    try:
        yield
    finally:
        for module, name, verb in places:
            setattr(module, name, old[verb])


if __name__ == "__main__":
    main(measure)
