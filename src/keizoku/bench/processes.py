"""What the processes of a measurement took: processor time by part, and the most memory that they held together.

Processor time tells more than wall time where others use the machine as well. Linux only, by /proc.
"""

import os
import resource
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

_EVERY_SECONDS: Final = 0.1
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
_TICKS: Final = os.sysconf("SC_CLK_TCK")


@contextmanager
def watched(into: dict[str, Any], rows: int) -> Iterator[None]:
    """Writes ``cpu_microseconds_a_row`` by part, and ``peak_mb`` of this process and its children together."""
    over, peak = threading.Event(), [0]
    watcher = threading.Thread(target=_watch, args=(over, peak), daemon=True)
    own = backend()
    before = (time.process_time(), _children_seconds(), seconds_of(own))
    watcher.start()
    yield
    after = (time.process_time(), _children_seconds(), seconds_of(own))
    over.set()
    watcher.join()
    parts = ("importer", "preparers", "database")
    spent = {
        part: round((end - begin) / rows * 1e6) for part, begin, end in zip(parts, before, after, strict=True)
    }
    into["cpu_microseconds_a_row"] = {**spent, "all": sum(spent.values())}
    into["peak_mb"] = peak[0] >> 20


def _watch(over: threading.Event, peak: list[int]) -> None:
    while not over.wait(_EVERY_SECONDS):
        peak[0] = max(peak[0], sum(_resident(pid) for pid in (os.getpid(), *_children())))


def _children() -> list[int]:
    own = os.getpid()
    try:
        return [int(pid) for pid in Path(f"/proc/{own}/task/{own}/children").read_text().split()]
    except OSError:
        return []


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0  # it has ended


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def backend() -> int:
    """The database's process that serves this one's connection."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def seconds_of(pid: int) -> float:
    try:
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(after_name[11]) + int(after_name[12])) / _TICKS


def most_resident_mb() -> int:
    """The most memory that this process held. Not ``getrusage``: its figure begins with that of the process before exec."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:", 1)[1].split()[0]) >> 10
