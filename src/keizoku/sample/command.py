"""`keizoku sample customers|documents`: writes invented customers' files and documents from the command line."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from keizoku.kernel.text.encoding import Encoding
from keizoku.sample.customers import ENCODINGS, Truth, truth_path, write
from keizoku.sample.documents import KINDS, Kind, families, folders
from keizoku.sample.documents.folders import Order, Share, Shot

_HIGHEST_RATE = 50.0


class _Rate(click.ParamType[float]):
    """A percentage written 2%, 2 % or 2."""

    name = "rate"

    def __init__(self, most: float = _HIGHEST_RATE) -> None:
        self.most = most

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        try:
            per_cent = float(str(value).strip().removesuffix("%"))
        except ValueError:
            self.fail(f"{value!r} is not a percentage such as 2%", param, ctx)
        if not 0 <= per_cent <= self.most:
            self.fail(f"{value!r} lies outside 0% to {self.most:.0f}%", param, ctx)
        return per_cent / 100


@click.group()
def command() -> None:
    """Write invented data for trying Keizoku."""


@command.command()
@click.option(
    "--count", type=click.IntRange(1, 9_999_999), default=10_000, show_default=True, help="Rows to write."
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Same seed, same file.")
@click.option("--dirty", type=_Rate(), default="0%", show_default=True, help="Rows broken on purpose.")
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


@command.command()
@click.option(
    "--count", type=click.IntRange(1, 100_000), default=24, show_default=True, help="Documents to draw."
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Same seed, same bytes.")
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="Folder to write."
)
@click.option(
    "--kind",
    "kinds",
    type=click.Choice([kind.value for kind in Kind]),
    multiple=True,
    help="All if not given.",
)
@click.option("--shot", "shots", type=click.Choice([shot.value for shot in Shot]), multiple=True, default=("front",),
              show_default=True, help="What is photographed of each; may be given several times.")  # fmt: skip
@click.option("--share", type=click.Choice([share.value for share in Share]), default="all", show_default=True,
              help="Leave out, or show only, the layout, family and backgrounds that are kept out of tuning.")  # fmt: skip
@click.option(
    "--faults", type=_Rate(most=100), default="25%", show_default=True, help="Photographs spoilt on purpose."
)
def documents(
    *,
    count: int,
    seed: int,
    out: Path,
    kinds: tuple[str, ...],
    shots: tuple[str, ...],
    share: str,
    faults: float,
) -> None:
    """Draw identity documents (見本) and photograph them: NAME.jpg with its truth beside it as NAME.json."""
    console = Console(stderr=True)
    for name in families.missing():
        console.print(
            f"The family {name} is not there and none is drawn with it: scripts/fonts.py fetches it.",
            highlight=False,
        )
    order = Order(
        count=count,
        seed=seed,
        kinds=[Kind(kind) for kind in kinds] or KINDS,
        shots=[Shot(shot) for shot in shots],
        share=Share(share),
        faults=faults,
    )
    columns = (TextColumn("Documents"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        drawn = progress.add_task("documents", total=count)
        written = folders.write(order, out, lambda number: progress.advance(drawn, number))
    console.print(
        f"{out}: {written:,} photographs of {count:,} documents, each with its truth.", highlight=False
    )


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
