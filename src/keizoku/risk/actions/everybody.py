"""Ratings of everybody, in SQL, a block of customers a transaction, two blocks beside each other.

Never half-visible: a customer's rating, standing, event and the block's audit entry appear together. Stopped half-way, it
is simply run again: what is done is found unchanged, and the days are planned once all blocks stand.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import chain, takewhile
from threading import Event, Lock

from django.db import connection, transaction

from keizoku.audit.actions import record, record_many
from keizoku.kernel.actor import Actor
from keizoku.risk import locks
from keizoku.risk.derived_events import record_derived
from keizoku.risk.queries import active_scorecard
from keizoku.risk.simplified import judge_simplified
from keizoku.risk.statements import Written, blocks_of_customers, spread, write_ratings

CONNECTIONS = 2

# (blocks done, blocks in all)
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class RatedEverybody:
    """Active customers looked at; new ratings; changes of level (first ones included); standings written."""

    customers: int
    rated: int
    level_changed: int
    standings: int


def rate_everybody(actor: Actor, today: date, progress: Progress | None = None) -> RatedEverybody:
    """Rate all active customers, write what differs and move due dates. Each block leaves its audit entry."""
    active_scorecard()  # refuses before anything is touched
    blocks = blocks_of_customers()
    done = _Count(len(blocks), progress)

    def rate(share: Sequence[int]) -> list[Written]:
        with done.or_stop():
            return [done.one_more(_rate_block(actor, today, block)) for block in done.until_stopped(share)]

    written = list(chain.from_iterable(_beside_each_other(rate, blocks)))
    _plan(actor, today)
    return RatedEverybody(
        customers=sum(each.customers for each in written),
        rated=sum(each.rated for each in written),
        level_changed=sum(each.level_changed for each in written),
        standings=sum(each.standings for each in written),
    )


def _beside_each_other(
    rate: Callable[[Sequence[int]], list[Written]], blocks: Sequence[int]
) -> list[list[Written]]:
    """Blocks over several connections; within somebody's transaction, which other connections cannot see, over its own."""
    if connection.in_atomic_block or len(blocks) < CONNECTIONS:
        return [rate(blocks)]

    def rate_and_hang_up(share: Sequence[int]) -> list[Written]:
        try:
            return rate(share)
        finally:
            connection.close()

    with ThreadPoolExecutor(CONNECTIONS) as pool:
        return list(pool.map(rate_and_hang_up, [blocks[n::CONNECTIONS] for n in range(CONNECTIONS)]))


class _Count:
    """Blocks done, told to whoever asked; where one connection fails, the others stop before their next block."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self._done, self._total, self._progress, self._lock = 0, total, progress, Lock()
        self._has_failed = Event()

    def one_more(self, written: Written) -> Written:
        with self._lock:
            self._done += 1
            if self._progress is not None:
                self._progress(self._done, self._total)
        return written

    def until_stopped(self, share: Sequence[int]) -> Iterator[int]:
        return takewhile(lambda _: not self._has_failed.is_set(), share)

    @contextmanager
    def or_stop(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self._has_failed.set()
            raise


@transaction.atomic
def _rate_block(actor: Actor, today: date, block: int) -> Written:
    locks.lock_block(block)
    scorecard = active_scorecard()
    first, last = locks.customers_in(block)
    by = str(actor)
    happened = record_derived(scorecard.definition, today, first=first, last=last, by=by)
    written = write_ratings(scorecard, today, first=first, last=last, by=by)
    given, withdrawn = judge_simplified(scorecard.definition, today, first=first, last=last)
    record_many(
        actor=actor,
        action="risk.everybody.rated",
        subject=("scorecard", scorecard.id),
        count=written.rated,
        ids_digest=written.ids_digest,
        details={
            "customers": written.customers,
            "level_changed": written.level_changed,
            "standings": written.standings,
            "events": happened,
            "simplified_given": given,
            "simplified_withdrawn": withdrawn,
            "first_customer": first,
            "last_customer": last,
        },
    )
    return written


@transaction.atomic
def _plan(actor: Actor, today: date) -> None:
    """Spread the due dates over the days once all of them stand."""
    locks.lock_all_ratings()
    scorecard = active_scorecard()
    moved = spread(scorecard.definition.most_due_a_day, today)
    if moved:
        record(
            actor=actor,
            action="risk.plan.spread",
            subject=("scorecard", scorecard.id),
            details={"count": moved, "most": scorecard.definition.most_due_a_day},
        )
