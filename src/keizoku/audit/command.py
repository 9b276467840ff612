"""The command group ``keizoku audit``: export the trail, and verify an export.

``verify`` needs no database, no settings and no state folder: an auditor runs it on another machine.
"""

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from keizoku.audit import verifier
from keizoku.kernel.actor import Actor


@click.group()
def audit() -> None:
    """証跡を書き出し、検証する。"""


@audit.command()
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="書き出すファイル"
)
def export(out: Path) -> None:
    """封印済みの証跡をすべて書き出す(まだの記録は先に封印する)。"""
    from keizoku.audit import export as exporting  # noqa: PLC0415 - needs settings, which `verify` does without
    from keizoku.audit import queries, signing  # noqa: PLC0415

    with _bar() as bar:
        task = bar.add_task("書き出し", total=queries.count())
        exporting.write(
            out, actor=Actor.system("command_line"), progress=lambda done: bar.update(task, completed=done)
        )
    click.echo(f"{out} に書き出しました。公開鍵 {signing.public_key()}")


@audit.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--anchors",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="別に控えた要約値のファイル",
)
@click.option("--public-key", default="", help="別に控えた公開鍵(64けたの16進数)")
@click.option("--expect-head", default="", help="最後のブロックの、別に控えた要約値")
def verify(file: Path, anchors: Path | None, public_key: str, expect_head: str) -> None:
    """書き出した証跡に変更がないかを検証する。変更があれば終了コード1。"""
    known = anchors.read_bytes().splitlines(keepends=True) if anchors else None
    with _bar() as bar, file.open("rb") as lines:
        tracked = bar.track(lines, total=_count_lines(file), description="検証")
        report = verifier.verify(tracked, public_key=public_key, expect_head=expect_head, anchors=known)
    for line in verifier.describe(report, trusted=bool(public_key or anchors or expect_head)):
        click.echo(line)
    sys.exit(0 if report.is_sound else 1)


def _count_lines(file: Path) -> int:
    with file.open("rb") as lines:
        return sum(1 for _ in lines)


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)
