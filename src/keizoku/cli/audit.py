"""``keizoku audit``: export the trail and verify an export, its keys, the places outside, and who saw whom.

``verify`` and ``witness`` need no database, no settings and no state folder: they run on somebody else's machine.
"""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from keizoku.audit import verifier
from keizoku.cli.audit_search import search_command, who_saw_command
from keizoku.cli.audit_witness import witness_command
from keizoku.cli.process import with_django

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_LINES_AT_A_TIME = 10_000


@click.group("audit")
def command() -> None:
    """証跡を書き出し、検証し、外に控え、調べる。"""


command.add_command(witness_command)
command.add_command(search_command)
command.add_command(who_saw_command)


@command.command()
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="書き出すファイル"
)
@with_django
def export(out: Path) -> None:
    """封印済みの証跡をすべて書き出す(まだの記録は先に封印する)。"""
    from keizoku.audit import export as exporting
    from keizoku.audit import key_chain, queries
    from keizoku.kernel.actor import Actor

    with _bar() as bar:
        task = bar.add_task("書き出し", total=queries.count())
        exporting.write(
            out, actor=Actor.system("command_line"), progress=lambda done: bar.update(task, completed=done)
        )
    click.echo(f"{out} に書き出しました。公開鍵 {key_chain.current()}")


@command.command()
@click.argument("file", type=_FILE)
@click.option("--anchors", type=_FILE, help="別に控えた要約値のファイル")
@click.option("--witness", type=_FILE, help="証人のサーバーにある控えのファイル")
@click.option("--witness-key", default="", help="別に控えた証人の公開鍵(64けたの16進数)")
@click.option("--public-key", default="", help="別に控えた公開鍵(64けたの16進数)")
@click.option("--expect-head", default="", help="最後のブロックの、別に控えた要約値")
@click.option(
    "--written-on", default="", help="書き出したはずの日(UTC、2026-05-31)。古いものを調べるときに使う"
)
def verify(
    *,
    file: Path,
    anchors: Path | None,
    witness: Path | None,
    witness_key: str,
    public_key: str,
    expect_head: str,
    written_on: str,
) -> None:
    """書き出した証跡に変更がないかを検証する。変更があれば終了コード1。"""
    known = verifier.Known(
        public_key=public_key,
        expect_head=expect_head,
        anchors=verifier.lines_of(anchors),
        witness=verifier.lines_of(witness),
        witness_key=witness_key,
        written_on=written_on,
    )
    with _bar() as bar, file.open("rb") as lines:
        task = bar.add_task("検証", total=file.stat().st_size)
        report = verifier.verify(_tracked(lines, bar, task), known)
    for line in verifier.describe(report, trusted=known.is_trustworthy):
        click.echo(line)
    sys.exit(0 if report.is_sound else 1)


@command.command()
@with_django
def anchor() -> None:
    """最後のブロックの要約値を、設定した外の置き場(ファイル・証人)に控える。届かなければ終了コード1。"""
    from keizoku.audit import actions
    from keizoku.kernel.actor import Actor

    states = actions.anchor_heads(actor=Actor.system("command_line"))
    if not states:
        raise click.ClickException(
            "no place outside is set; set KEIZOKU_AUDIT_ANCHOR_FILE or KEIZOKU_AUDIT_WITNESS_URL"
        )
    for state in states:
        fault = f"、失敗 {state.failures}回({state.fault})" if state.fault else ""
        click.echo(f"{state.place}: ブロック {state.kept_number} まで、残り {state.pending}個{fault}")
    sys.exit(1 if any(state.fault for state in states) else 0)


@command.group("key")
def key_group() -> None:
    """証跡の署名鍵。"""


@key_group.command("list")
@with_django
def list_keys() -> None:
    """署名鍵の一覧。秘密鍵がここにないものは、そう示す。"""
    from keizoku.audit import key_chain

    words = {"current": "使用中", "former": "以前の鍵", "announced": "次から使う", "waiting": "予告待ち"}
    for row in key_chain.listing():
        blocks = f"ブロック {row.first_block}〜{row.last_block}" if row.first_block else "ブロックなし"
        where = row.file or "秘密鍵がここにありません"
        click.echo(f"{row.public_key}  {words[row.state]}  {blocks}  {where}")


@key_group.command("rotate")
@with_django
def rotate_key() -> None:
    """新しい署名鍵を作り、今の鍵で署名したブロックで予告する。今の鍵は消さない。"""
    from keizoku.audit import actions
    from keizoku.kernel.actor import Actor

    public_key = actions.rotate_key(actor=Actor.system("command_line"))
    click.echo(f"次のブロックから新しい鍵で署名します。公開鍵 {public_key}")
    click.echo("keys/ をバックアップし、新しい公開鍵を監査人に渡してください。")


def _tracked(lines: Iterable[bytes], bar: Progress, task: object) -> Iterator[bytes]:
    """The lines, telling the bar now and then how many bytes went by."""
    read = 0
    for number, raw in enumerate(lines):
        read += len(raw)
        if number % _LINES_AT_A_TIME == 0:
            bar.update(task, completed=read)  # type: ignore[arg-type]  # rich's own TaskID
        yield raw


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)
