"""What every bench stands on: an empty migrated database and a sample of rated customers."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SEED = 7


@contextmanager
def stopwatch(into: dict[str, float], name: str) -> Iterator[None]:
    """Seconds of wall time of the block."""
    began = time.perf_counter()
    yield
    into[name] = round(time.perf_counter() - began, 3)


def prepare() -> None:
    """Set Django up on this process's own database and migrate it."""
    from keizoku.cli.process import start_django

    start_django()
    from keizoku.kernel.database.schema import migrate

    migrate()


def write_sample(rows: int) -> Path:
    from keizoku.kernel.clock import business_today
    from keizoku.kernel.state import state_folder
    from keizoku.sample.customers import write

    path = state_folder() / "sample.csv"
    write(path, count=rows, seed=SEED, today=business_today())
    return path


def settings_of_server() -> dict[str, str]:
    """The database's settings that matter for a figure."""
    from django.db import connection

    found = {}
    with connection.cursor() as cursor:
        for name in ("server_version", "fsync", "synchronous_commit", "shared_buffers", "full_page_writes"):
            cursor.execute(f"SHOW {name}")
            found[name] = cursor.fetchone()[0]
    return found


def main(measure: Callable[[int], dict[str, Any]]) -> None:
    """Run one bench over the number of rows in the first argument."""
    prepare()
    report = measure(int(sys.argv[1]))
    sys.stdout.write(json.dumps({**report, "database": settings_of_server()}))
