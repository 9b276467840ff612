"""``keizoku audit search`` and ``keizoku audit who-saw``: the auditor's two questions on the command line."""

import csv
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta

import click

from keizoku.cli.process import with_django

_DAY = click.DateTime(formats=["%Y-%m-%d"])
_MONTH = click.DateTime(formats=["%Y-%m"])


@click.command("search")
@click.option("--actor", default="", help="Who did it (staff:3, system:delivery).")
@click.option("--action", default="", help="What was done, by its beginning (customers.record.).")
@click.option("--customer", type=int, help="To which customer (the number behind No.).")
@click.option("--since", type=_DAY, help="From this day on.")
@click.option("--until", type=_DAY, help="Up to this day, which is included.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000))
@click.option("--before", type=int, help="Go on with entries before this number.")
@with_django
def search_command(
    *,
    actor: str,
    action: str,
    customer: int | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    before: int | None,
) -> None:
    """Search the audit, the newest first, as CSV."""
    from keizoku.audit import queries

    kind, _, number = actor.partition(":")
    page = queries.search(
        queries.Criteria(
            subject=None if customer is None else ("customer", customer),
            actor=(kind, number) if actor else None,
            action=action,
            since=_midnight(since),
            until=_midnight(until, days=1),
        ),
        before=before,
        limit=limit,
    )
    rows = [
        (
            entry.id,
            entry.at.isoformat(),
            f"{entry.actor_kind}:{entry.actor_id}",
            entry.action,
            entry.subject_kind,
            "" if entry.subject_id is None else entry.subject_id,
            entry.purpose,
            " ".join(f"{name}={value}" for name, value in entry.details.items()),
        )
        for entry in page.rows
    ]
    _print(("id", "at", "actor", "action", "subject_kind", "subject_id", "purpose", "details"), rows)
    if page.next_before is not None:
        click.echo(f"続きは --before {page.next_before}", err=True)


@click.command("who-saw")
@click.argument("customer", type=int)
@click.option("--month", type=_MONTH, required=True, help="Which month (2026-05).")
@with_django
def who_saw_command(customer: int, month: datetime) -> None:
    """Who saw the record of CUSTOMER in a month, and why, as CSV; the question itself stands in the audit too."""
    from keizoku.audit import actions
    from keizoku.kernel.actor import Actor

    begin = _midnight(month)
    end = _midnight((month + timedelta(days=31)).replace(day=1))
    assert begin is not None
    assert end is not None
    sights = actions.who_saw(customer, begin, end, actor=Actor.system("command_line"))
    rows = [
        (
            sight.entry_id,
            sight.at.isoformat(),
            f"{sight.actor_kind}:{sight.actor_id}",
            sight.purpose,
            sight.together_with,
            sight.ids_digest,
        )
        for sight in sights
    ]
    _print(("entry", "at", "actor", "purpose", "together_with", "ids_digest"), rows)


def _print(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    out = csv.writer(sys.stdout)
    out.writerow(head)
    out.writerows(rows)


def _midnight(day: datetime | None, *, days: int = 0) -> datetime | None:
    """The beginning of a day in Japan, ``days`` later."""
    from keizoku.kernel.clock import TOKYO

    return day.replace(tzinfo=TOKYO) + timedelta(days=days) if day else None
