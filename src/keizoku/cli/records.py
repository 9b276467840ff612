"""``keizoku import`` and ``keizoku rate``: the bank's file in, everybody rated."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from keizoku.cli.process import with_django

if TYPE_CHECKING:
    from keizoku.customers.imports.importing import Progress
    from keizoku.customers.imports.rules.columns import Names


def progress_bar() -> Bar:
    """The bar of every long command: what, how far, how many, how long still."""
    return Bar(TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day whose state the file shows (default: today)."
)
@click.option("--mapping", help="The name under which the bank's own column names were saved.")
@click.option("--sheet", default="", help="The sheet of a workbook (default: the first that holds anything).")
@click.option("--dry-run", is_flag=True, help="Read and judge everything, write nothing.")
@with_django
def import_command(file: Path, as_of: object, mapping: str | None, sheet: str, dry_run: bool) -> None:  # noqa: FBT001 - click
    """Take in a bank's customer FILE (CSV in UTF-8 or CP932, or Excel .xlsx and .xls; docs/import-layout.md)."""
    from keizoku.customers.imports.mapping import mapping_named
    from keizoku.kernel.clock import business_today

    day = as_of.date() if hasattr(as_of, "date") else business_today()
    names = mapping_named(mapping).columns if mapping else None
    with progress_bar() as bar:
        line = bar.add_task("試し読み" if dry_run else "取込", total=_rows_in(file))

        def tell(count: int) -> None:
            bar.update(line, completed=count)

        source = Source(file, day, names, sheet)
        words = _try(source, tell) if dry_run else _import(source, tell)
    click.echo(words)


@dataclass(frozen=True, slots=True)
class Source:
    """A file and how to read it."""

    file: Path
    day: date
    names: "Names | None"
    sheet: str


def _import(source: Source, tell: "Progress") -> str:
    from keizoku.customers.imports.importing import import_file
    from keizoku.kernel.actor import Actor

    run = import_file(
        source.file,
        as_of=source.day,
        actor=Actor.system("cli"),
        names=source.names,
        sheet=source.sheet,
        progress=tell,
    )
    counts = (
        f"{run.rows_read:,}行を読みました: 新規 {run.created_count:,}、更新 {run.updated_count:,}、"
        f"変更なし {run.unchanged_count:,}、取り込めない行 {run.rejected_count:,}、要確認 {run.conflict_count:,}項目"
    )
    return "\n".join([*run.remarks, counts])


def _try(source: Source, tell: "Progress") -> str:
    from keizoku.customers.imports.dry_run import dry_run
    from keizoku.customers.imports.sources import open_stream

    with source.file.open("rb") as stream:
        table = open_stream(stream, source.sheet)
        found = dry_run(table, as_of=source.day, names=source.names, progress=tell)
    refused = [f"{each['line']}行目 {each['column']}: {each['reason']}" for each in found.rejections]
    return "\n".join(
        [
            *found.remarks,
            *refused,
            (
                f"{found.read:,}行を試しに読みました（何も取り込んでいません）: 新規 {found.created:,}、"
                f"更新 {found.updated:,}、変更なし {found.unchanged:,}、取り込めない行 {found.rejected:,}、"
                f"要確認 {found.conflicts:,}項目"
            ),
        ]
    )


@click.command("rate")
@click.option(
    "--today", type=click.DateTime(["%Y-%m-%d"]), help="Rate as of this day (default: the business day)."
)
@with_django
def rate_command(today: object) -> None:
    """Rate every customer by the active scorecard and set the next due dates."""
    from keizoku.kernel.actor import Actor
    from keizoku.kernel.clock import business_today
    from keizoku.risk.actions import rate_everybody

    day: date = today.date() if hasattr(today, "date") else business_today()
    click.echo(rate_everybody(actor=Actor.system("cli"), today=day))


def _rows_in(file: Path) -> int | None:
    from keizoku.customers.imports.sources import count_rows

    with file.open("rb") as stream:
        return count_rows(stream) or None
