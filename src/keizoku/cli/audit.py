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
    """Export the audit, verify it, keep its heads outside, search it."""


command.add_command(witness_command)
command.add_command(search_command)
command.add_command(who_saw_command)


@command.command()
@click.option(
    "--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write."
)
@with_django
def export(out: Path) -> None:
    """Write the whole sealed audit; what is not sealed yet is sealed first."""
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
@click.option("--anchors", type=_FILE, help="A file of heads that was kept elsewhere.")
@click.option("--witness", type=_FILE, help="The file of heads of a witness.")
@click.option("--witness-key", default="", help="The witness's public key as kept elsewhere (64 hex digits).")
@click.option("--public-key", default="", help="The public key as kept elsewhere (64 hex digits).")
@click.option("--expect-head", default="", help="The last block's head as kept elsewhere.")
@click.option("--written-on", default="", help="The day it was written (UTC, 2026-05-31), for an old export.")
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
    """Verify that nothing of an exported audit was changed; exit status 1 where something was."""
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
    """Keep the last block's head in the places outside that are set; exit status 1 where one is not reached."""
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
    """The keys that sign the audit."""


@key_group.command("list")
@with_django
def list_keys() -> None:
    """List them; one whose private key is not here is told as such."""
    from keizoku.audit import key_chain

    words = {"current": "使用中", "former": "以前の鍵", "announced": "次から使う", "waiting": "予告待ち"}
    for row in key_chain.listing():
        blocks = f"ブロック {row.first_block}〜{row.last_block}" if row.first_block else "ブロックなし"
        where = row.file or "秘密鍵がここにありません"
        click.echo(f"{row.public_key}  {words[row.state]}  {blocks}  {where}")


@key_group.command("rotate")
@with_django
def rotate_key() -> None:
    """Make a new key, announced in a block that the present one signs; the present one is not deleted."""
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
