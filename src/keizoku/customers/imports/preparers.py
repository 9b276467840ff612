"""Processes that make batches ready beside the one that talks to the database; answers come in the order of the questions.

Each process has a pipe of its own and one batch at a time, so that order is a matter of turns and no pipe can be full
at both ends. A process whose pipe closes ends: nothing is left behind by a killed import. A file of few rows is
prepared in place.
"""

import gc
import os
from collections import deque
from collections.abc import Generator, Iterator
from itertools import chain, islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from keizoku.customers.imports.preparing import FileFacts, Numbered, Ready, prepare
from keizoku.customers.imports.rules.table import Record

Batches = Iterator[list[Numbered]]
MOST_PROCESSES = 8
# A process takes about half a second to begin, which is what some thousand rows take.
BATCHES_IN_PLACE = 2


def ready_batches(batches: Batches, file: FileFacts) -> Generator[tuple[list[Numbered], Ready], None, None]:
    """Each batch with what was made of it, in order. Close the iterator to end the processes."""
    first = list(islice(batches, BATCHES_IN_PLACE + 1))
    if len(first) <= BATCHES_IN_PLACE:
        yield from ((batch, prepare(batch, file)) for batch in first)
        return
    preparers = [_Preparer(file) for _ in range(_processes())]
    try:
        yield from _in_turn(preparers, chain(first, batches))
    finally:
        for preparer in preparers:
            preparer.end()


def _in_turn(
    preparers: "list[_Preparer]", batches: Batches
) -> Generator[tuple[list[Numbered], Ready], None, None]:
    busy: deque[tuple[_Preparer, list[Numbered]]] = deque()
    for preparer, batch in zip(preparers, batches, strict=False):
        preparer.ask(batch)
        busy.append((preparer, batch))
    while busy:
        preparer, batch = busy.popleft()
        ready = preparer.answer()
        if (following := next(batches, None)) is not None:
            preparer.ask(following)
            busy.append((preparer, following))
        yield batch, ready


def _processes() -> int:
    """As many as there are processors: the database's own work is the rest."""
    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2, MOST_PROCESSES)


class _Preparer:
    """One process and this end of its pipe."""

    def __init__(self, file: FileFacts) -> None:
        # Spawned, never forked: the parent holds connections and threads.
        context = get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(target=_serve, args=(theirs, file), daemon=True)
        self._process.start()
        theirs.close()

    def ask(self, batch: list[Numbered]) -> None:
        # As plain tuples: pickling takes half the time.
        self._pipe.send([_plain(row) for row in batch])

    def answer(self) -> Ready:
        ready = self._pipe.recv()
        if isinstance(ready, Exception):
            raise ready
        assert isinstance(ready, Ready)
        return ready

    def end(self) -> None:
        self._pipe.close()
        self._process.terminate()
        self._process.join()


def _plain(row: Numbered) -> tuple[object, ...]:
    record = row.record
    return (
        record.line,
        record.cells,
        record.is_readable,
        record.is_padded,
        row.customer_id,
        row.is_known,
        row.is_duplicate,
    )


def _serve(pipe: Connection, file: FileFacts) -> None:
    # Rows hold no cycles: looking for some among half a million values a batch finds none.
    gc.disable()
    while True:
        try:
            batch = [
                Numbered(Record(line, cells, is_readable, is_padded), *assigned)
                for line, cells, is_readable, is_padded, *assigned in pipe.recv()
            ]
        except (EOFError, ConnectionResetError):
            return
        try:
            answer: Ready | Exception = prepare(batch, file)
        except Exception as error:  # noqa: BLE001 - a process's edge: the importer raises it and rolls back
            # The type alone: a message could hold a value of the row.
            answer = RuntimeError(f"a batch could not be prepared: {type(error).__name__}")
        try:
            pipe.send(answer)
        except (BrokenPipeError, ConnectionResetError):
            return
