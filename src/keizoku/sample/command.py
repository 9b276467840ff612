"""`keizoku sample customers|documents|film`: writes invented customers' files and documents from the command line."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from keizoku.kernel.text.encoding import Encoding
from keizoku.sample.customers import ENCODINGS, Truth, truth_path, write
from keizoku.sample.documents.command import documents
from keizoku.sample.film import film
from keizoku.sample.rates import Rate


@click.group()
def command() -> None:
    """Write invented data for trying Keizoku."""


command.add_command(documents)
command.add_command(film)


@command.command()
@click.option(
    "--count", type=click.IntRange(1, 9_999_999), default=10_000, show_default=True, help="Rows to write."
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Same seed, same file.")
@click.option("--dirty", type=Rate(), default="0%", show_default=True, help="Rows broken on purpose.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write.")
@click.option("--encoding", type=click.Choice(ENCODINGS), default=Encoding.UTF_8.value, show_default=True)
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    default=lambda: datetime.now(ZoneInfo("Asia/Tokyo")).date().isoformat(),
    help="Day on which the customers are as they are; today when not given.",
)
def customers(*, count: int, seed: int, dirty: float, out: Path, encoding: str, today: datetime) -> None:
    """Write a bank's file of customers, and its truth beside it as FILE.truth.json."""
    console = Console(stderr=True)
    if not out.parent.is_dir():
        raise click.ClickException(
            f"The folder {out.parent} does not exist: create it, or choose another --out."
        )
    truth = _write_showing_progress(
        console, out, count=count, seed=seed, dirty=dirty, encoding=encoding, today=today.date()
    )
    console.print(
        f"{out}: {truth.count:,} rows, {len(truth.dirty_rows):,} broken, about {truth.due_hint.due:,} due for review.",
        highlight=False,
        soft_wrap=True,
    )
    console.print(f"{truth_path(out)}: what is known of them.", highlight=False, soft_wrap=True)


def _write_showing_progress(
    console: Console, out: Path, *, count: int, seed: int, dirty: float, encoding: str, today: date
) -> Truth:
    columns = (TextColumn("Customers"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        written = progress.add_task("customers", total=count)
        return write(
            out,
            count=count,
            seed=seed,
            today=today,
            dirty=dirty,
            encoding=encoding,
            report=lambda rows: progress.advance(written, rows),
        )
