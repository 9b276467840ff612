"""``keizoku journey``: list, show and save journeys as files; archive and bring them back."""

import json
import tomllib
from pathlib import Path
from typing import Any

import click

from keizoku.cli.acting import BY, member
from keizoku.cli.process import with_django


def content_of(file: Path) -> dict[str, Any]:
    """A TOML file, or a JSON one by its name's end."""
    text = file.read_text(encoding="utf-8")
    try:
        content = json.loads(text) if file.suffix == ".json" else tomllib.loads(text)
    except (json.JSONDecodeError, tomllib.TOMLDecodeError) as fault:
        raise click.ClickException(f"{file.name} cannot be read: {fault}") from fault
    if not isinstance(content, dict):
        raise click.ClickException(f"{file.name} holds no table")
    return content


@click.group("journey")
def command() -> None:
    """The steps, words, hours and paces by which campaigns contact customers (docs/journeys.md)."""


@command.command("list")
@click.option("--archived", is_flag=True, help="Those that were put away.")
@with_django
def listing(*, archived: bool) -> None:
    """Number, version, name and channels of each journey."""
    from keizoku.campaigns.journeys.queries import journeys

    for row in journeys(archived=archived):
        click.echo(f"{row.id}\t第{row.version}版\t{row.name}\t{'→'.join(row.channels)}")


@command.command("show")
@click.argument("number", type=int)
@click.option("--version", "version_number", type=int, help="An earlier version (default: the newest).")
@click.option("--changes", is_flag=True, help="What the version changed against the one before.")
@with_django
def show(number: int, version_number: int | None, *, changes: bool) -> None:
    """Journey NUMBER as JSON, which ``save`` takes back."""
    from keizoku.campaigns.journeys import queries, reading

    versions = queries.versions(number)
    found = next((one for one in versions if version_number in {None, one.number}), None)
    if found is None:
        raise click.ClickException("there is no such journey or version; see: keizoku journey list")
    if not changes:
        click.echo(json.dumps(reading.write(found.draft), ensure_ascii=False, indent=2))
        return
    before = next((one for one in versions if one.number == found.number - 1), None)
    for change in queries.changes(before, found) if before else []:
        click.echo(f"{change.place}\t{change.old or '（なし）'}\t→ {change.new or '（なし）'}")


@command.command("save")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--as", "number", type=int, help="The journey whose next version it is (default: a new journey)."
)
@BY
@with_django
def save(file: Path, number: int | None, login: str) -> None:
    """Keep FILE (TOML or JSON) as a new journey, or as the next version of one."""
    from keizoku.campaigns.journeys import actions, queries, reading

    staff = member(login, "campaigns.edit")
    version = actions.save(reading.read(content_of(file)), staff, journey_id=number)
    saved = queries.version(version)
    click.echo(f"journey {saved.journey_id}, version {saved.number} is kept")


@command.command("archive")
@click.argument("number", type=int)
@BY
@with_django
def archive(number: int, login: str) -> None:
    """Offer journey NUMBER to no new campaign; those that use it keep their copy."""
    from keizoku.campaigns.journeys import actions

    actions.archive(number, member(login, "campaigns.edit"))
    click.echo("archived")


@command.command("restore")
@click.argument("number", type=int)
@BY
@with_django
def restore(number: int, login: str) -> None:
    """Offer an archived journey again."""
    from keizoku.campaigns.journeys import actions

    actions.restore(number, member(login, "campaigns.edit"))
    click.echo("restored")
