"""`keizoku sample documents`: a folder of photographed specimens, or clips for a fake camera."""

from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from keizoku.sample.documents import KINDS, Kind, clips, families, folders
from keizoku.sample.documents.folders import Order, Share, Shot
from keizoku.sample.rates import Rate


@click.command()
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
    "--faults", type=Rate(most=100), default="25%", show_default=True, help="Photographs spoilt on purpose."
)
@click.option(
    "--clips", "has_clips", is_flag=True, help="Clips (y4m) for a browser's fake camera, no photographs."
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
    has_clips: bool,
) -> None:
    """Draw identity documents (見本) and photograph them: NAME.jpg with its truth beside it as NAME.json.

    With --clips each document becomes NAME-front.y4m, NAME-back.y4m where it has a back, NAME-tilt.y4m, and
    NAME-all.y4m with these one after another.
    """
    console = Console(stderr=True)
    for name in families.missing():
        console.print(
            f"{name} is not there, nothing is drawn with it: scripts/fonts.py fetches it.",
            highlight=False,
        )
    order = Order(
        count=count,
        seed=seed,
        kinds=[Kind(kind) for kind in kinds] or KINDS,
        shots=tuple(Shot) if has_clips else [Shot(shot) for shot in shots],
        share=Share(share),
        faults=faults,
    )
    columns = (TextColumn("Documents"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        drawn = progress.add_task("documents", total=count)
        write = clips.write_folder if has_clips else folders.write
        written = write(order, out, lambda number: progress.advance(drawn, number))
    what = "clips" if has_clips else "photographs, each with its truth,"
    console.print(f"{out}: {written:,} {what} of {count:,} documents.", highlight=False)
