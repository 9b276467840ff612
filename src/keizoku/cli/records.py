"""``keizoku import`` and ``keizoku rate``: the bank's file in, everybody rated."""

from datetime import date
from pathlib import Path

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from keizoku.cli.process import with_django


def progress_bar() -> Progress:
    """The bar of every long command: what, how far, how many, how long still."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    )


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="The day whose state the file shows (default: today)."
)
@with_django
def import_command(file: Path, as_of: object) -> None:
    """Take in a bank's customer FILE (CSV, UTF-8 or CP932; docs/import-layout.md)."""
    from keizoku.customers.importing import import_file
    from keizoku.kernel.actor import Actor
    from keizoku.kernel.clock import business_today

    day = as_of.date() if hasattr(as_of, "date") else business_today()
    with progress_bar() as bar:
        line = bar.add_task("取込", total=_rows_in(file))
        run = import_file(
            file, as_of=day, actor=Actor.system("cli"), progress=lambda n: bar.update(line, completed=n)
        )
    click.echo(
        f"{run.rows_read:,}行を読みました: 新規 {run.created_count:,}、更新 {run.updated_count:,}、"
        f"変更なし {run.unchanged_count:,}、取り込めない行 {run.rejected_count:,}、要確認 {run.conflict_count:,}項目"
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


def _rows_in(file: Path) -> int:
    with file.open("rb") as stream:
        return max(sum(1 for _ in stream) - 1, 0)
