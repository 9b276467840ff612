"""``keizoku stale``: whose values were confirmed long ago, for any field and any audience."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keizoku.cli.process import with_django

if TYPE_CHECKING:
    from keizoku.kernel.conditions import Condition


@click.command("stale")
@click.option(
    "--field", help="Name the field to list customers for it, e.g. address; without it: all fields, counted."
)
@click.option(
    "--older-than", "days", type=click.IntRange(0), default=730, show_default=True, help="Age in days."
)
@click.option(
    "--audience",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with an audience's condition as JSON (default: every active customer).",
)
@click.option(
    "--limit", type=click.IntRange(1), default=1000, show_default=True, help="List at most so many customers."
)
@with_django
def command(field: str | None, days: int, audience: Path | None, limit: int) -> None:
    """Print as JSON how long ago values were confirmed. No personal data: counts, ids and dates."""
    from keizoku.kernel.clock import business_today
    from keizoku.risk import freshness

    today, condition = business_today(), _condition(audience)
    if field is None:
        told: Any = {ages.name: ages.counts for ages in freshness.overview(condition, today)}
    elif field not in (known := freshness.values()):
        raise click.UsageError(f"no such value: {field}; one of {', '.join(known)}")
    else:
        found = freshness.stale_customers(condition, field, days, today, limit=limit)
        told = {
            "field": field,
            "older_than_days": days,
            "count": freshness.count_stale(condition, field, days, today),
            "customers": [
                {"id": one.id, "confirmed_on": one.confirmed_on and one.confirmed_on.isoformat()}
                for one in found
            ],
        }
    click.echo(json.dumps(told, ensure_ascii=False, indent=1))


def _condition(audience: Path | None) -> "Condition":
    from keizoku.kernel.conditions import All, parse
    from keizoku.risk.registry import readable_fields

    if audience is None:
        return All(())
    try:
        told = json.loads(audience.read_text(encoding="utf-8"))
    except ValueError as fault:
        raise click.UsageError(f"{audience} is not JSON: {fault}") from fault
    return parse(told, readable_fields())
