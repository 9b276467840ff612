"""``keizoku audience``: saved audiences, their exact numbers, and saving one from JSON."""

import json
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from keizoku.cli.process import with_django

if TYPE_CHECKING:
    from keizoku.campaigns.audiences.queries import VersionRow


@click.group("audience")
def command() -> None:
    """Audiences: conditions saved under a name, with versions. JSON in, JSON out; no personal data."""


@command.command("list")
@click.option("--all", "shows_archived", is_flag=True, help="Show those put away too.")
@with_django
def list_command(shows_archived: bool) -> None:  # noqa: FBT001 - click's flag
    """Print each saved audience by its latest version, one JSON line each."""
    from keizoku.campaigns.audiences import queries

    for row in queries.listing(with_archived=shows_archived):
        told = {"audience": row.id, "origin": row.origin, "used_by": row.used_by}
        click.echo(json.dumps(told | _version(row.latest), ensure_ascii=False))


@command.command("show")
@click.argument("number", type=int)
@with_django
def show(number: int) -> None:
    """Print audience NUMBER with all its versions, what each changed, and the campaigns made with it."""
    from keizoku.campaigns.audiences import queries

    view = queries.view(number)
    versions = [
        _version(version.row)
        | {"changes": [("+" if one.is_added else "-") + one.words for one in version.changes]}
        for version in view.versions
    ]
    campaigns = [
        {"id": one.id, "name": one.name, "state": str(one.state), "version": one.number}
        for one in view.campaigns
    ]
    click.echo(
        json.dumps({"audience": number, "versions": versions, "campaigns": campaigns}, ensure_ascii=False)
    )


# As `show` prints it. A backslash-b keeps click from folding the example into the text.
_SHAPE = """

    \b
    A condition is JSON:
      {"all": [{"field": "level", "operator": "one_of", "value": ["high", "medium"]},
               {"field": "due_on", "operator": "within_days", "value": 30}]}
    Its grammar: docs/journeys.md; what it may name: keizoku audience fields.
"""


@command.command("fields")
@with_django
def fields_command() -> None:
    """Print each field that a condition may name, one JSON line each: its type, operators and choices."""
    from keizoku.campaigns.audiences.fields import usable_fields
    from keizoku.kernel.conditions.tree import OPERATORS

    for field in usable_fields().values():
        told = {
            "name": field.name,
            "label": field.label,
            "type": field.type,
            "operators": sorted(OPERATORS[field.type]),
            "choices": {str(value): label for value, label in field.choices.items()},
        }
        click.echo(json.dumps(told, ensure_ascii=False))


@command.command("count", epilog=_SHAPE)
@click.argument("version", type=int, required=False)
@click.option(
    "--condition",
    "file",
    type=click.File(encoding="utf-8"),
    help="A file with a condition; - reads it from stdin.",
)
@with_django
def count(version: int | None, file: IO[str] | None) -> None:
    """Print the exact numbers now of VERSION (its id) or of a condition: matching, reasons, reach, by condition."""
    from dataclasses import asdict

    from keizoku.campaigns.audiences.breakdown import breakdown
    from keizoku.campaigns.audiences.counting import preview
    from keizoku.campaigns.audiences.fields import readable_fields
    from keizoku.campaigns.rules import CHANNEL_FACT
    from keizoku.kernel.clock import business_today
    from keizoku.kernel.conditions import describe, parse

    condition, today = _condition(version, file), business_today()
    fields = readable_fields()
    words = describe(parse(condition, fields), fields)
    counted, broken = preview(condition, list(CHANNEL_FACT), today), breakdown(condition, today)
    told = {
        "words": words,
        "everybody": broken.everybody,
        "matching": counted.matching,
        "included": counted.included,
        "excluded": counted.excluded,
        "reachable": counted.reachable,
        "conditions": [asdict(stage) for stage in broken.stages],
    }
    click.echo(json.dumps(told, ensure_ascii=False))


@command.command("save", epilog=_SHAPE)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--name", help="Save a new audience under this name.")
@click.option("--audience", "number", type=int, help="Save the next version of this audience.")
@click.option("--note", default="", help="Why; stays with the version.")
@click.option("--by", "login", required=True, help="Login of the member of staff who saves it.")
@with_django
def save(file: Path, name: str | None, number: int | None, note: str, login: str) -> None:
    """Save the condition in FILE (JSON; - reads stdin) and print its version."""
    from keizoku.campaigns.audiences import actions, queries
    from keizoku.cli.acting import member

    if (name is None) == (number is None):
        raise click.UsageError("Give either --name (a new audience) or --audience (its next version).")
    staff = member(login, "campaigns.edit")
    condition = _read(sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8"))
    if number is not None:
        version = actions.add_version(number, condition=condition, note=note, staff=staff)
    else:
        version = actions.save(name=name or "", condition=condition, note=note, staff=staff)
    row = queries.version(version)
    click.echo(json.dumps({"audience": row.audience_id} | _version(row), ensure_ascii=False))


def _condition(version: int | None, file: IO[str] | None) -> dict[str, Any]:
    from keizoku.campaigns.audiences import queries

    if (version is None) == (file is None):
        raise click.UsageError("Give either a version's id or --condition FILE.")
    if file is not None:
        return _read(file.read())
    assert version is not None
    return queries.version(version).condition


def _read(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as fault:
        raise click.ClickException(f"not JSON: {fault}") from None
    if not isinstance(found, dict):
        raise click.ClickException("a condition is a JSON object")
    return found


def _version(row: "VersionRow") -> dict[str, Any]:
    return {
        "version": row.id,
        "number": row.number,
        "name": row.name,
        "words": row.words,
        "condition": row.condition,
        "digest": row.digest,
        "note": row.note,
        "made_by": row.made_by,
        "made_at": row.made_at.isoformat(),
        "matching": row.matching,
        "counted_at": row.counted_at and row.counted_at.isoformat(),
    }
