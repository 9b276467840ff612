"""``keizoku letters``: batches of letters, their files, and what the post brings back (docs/letters.md)."""

import csv
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import click

from keizoku.cli.acting import member
from keizoku.cli.outfile import write_new
from keizoku.cli.process import with_django
from keizoku.delivery.letters.rules import ReturnReason

REASONS = [reason.value for reason in ReturnReason]


@click.group("letters")
def command() -> None:
    """Letters on their way through the print house."""


@command.command("list")
@click.option("--campaign", type=int, help="Only of this campaign.")
@with_django
def list_command(campaign: int | None) -> None:
    """Batches, the newest first: letters, state, posting day, what came back."""
    from keizoku.delivery.letters import queries

    for row in queries.batches(campaign_id=campaign):
        posted = f"、投函 {row.posted_on}" if row.posted_on else ""
        about = f"キャンペーン {row.campaign_id}" if row.campaign_id else "連絡先変更のお知らせ"
        click.echo(f"束 {row.id}: {row.letters:,}通、{row.words}{posted}、戻り {row.returned:,}、{about}")


@command.command("export")
@click.argument("batch", type=int)
@click.option(
    "--out",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder for the PDF and its list.",
)
@click.option("--by", "login", required=True, help="Login of the member of staff who takes them.")
@with_django
def export_command(batch: int, out: Path, login: str) -> None:
    """Write the PDF and the list of BATCH into a folder, each whole or not at all."""
    from keizoku.delivery.letters import actions

    actor = member(login, "letters.export").actor
    with actions.hand_out(batch, actor=actor) as pdf:
        write_new(out / f"keizoku-letters-{batch}.pdf", iter(lambda: pdf.read(1 << 20), b""))
    write_new(out / f"keizoku-letters-{batch}.json", [actions.manifest(batch, actor=actor)])
    click.echo(f"束 {batch} を {out} に書きました。氏名と住所が入っています。")


@command.command("call-off")
@click.argument("batch", type=int)
@click.option("--letters", type=int, required=True, help="How many letters it holds, typed as a check.")
@click.option("--by", "login", required=True, help="Login of the member of staff who decides it.")
@with_django
def call_off_command(batch: int, letters: int, login: str) -> None:
    """Have BATCH not printed, until the print house's cut-off."""
    from keizoku.delivery.letters import actions

    actions.call_off(batch, letters=letters, actor=member(login, "letters.call_off").actor)
    click.echo(f"束 {batch} の印刷を取りやめました。{letters:,}通は届きません。")


@command.command("returned")
@click.argument("reference", required=False, default="")
@click.option("--reason", type=click.Choice(REASONS), help="What the post stamped on it.")
@click.option("--on", "returned_on", type=click.DateTime(["%Y-%m-%d"]), help="The day on its stamp.")
@click.option(
    "--file",
    "table",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Instead: a CSV with the columns tag, reason, returned_on.",
)
@click.option("--by", "login", required=True, help="Login of the member of staff who records it.")
@with_django
def returned_command(
    reference: str, reason: str | None, returned_on: datetime | None, table: Path | None, login: str
) -> None:
    """Record the letter REFERENCE (the kz-… in its corner), or a table of letters, as returned."""
    from keizoku.delivery.letters import returning
    from keizoku.kernel.errors import Refusal

    actor = member(login, "letters.record_return").actor
    if table is None:
        if not (reference and reason and returned_on):
            raise click.UsageError("name REFERENCE, --reason and --on, or a --file")
        returning.record_return(reference, ReturnReason(reason), returned_on.date(), actor=actor)
        click.echo("1通を記録しました。")
        return
    taken, refused = 0, 0
    for line, (tag, why, day) in enumerate(_rows(table), start=2):
        try:  # row by row: one that is wrong does not hold up the others
            returning.record_return(tag, ReturnReason(why), date.fromisoformat(day), actor=actor)
            taken += 1
        except (Refusal, ValueError) as problem:
            refused += 1
            click.echo(f"{line}行目: {problem}", err=True)
    click.echo(f"{taken:,}通を記録しました。記録できなかった行 {refused:,}")


def _rows(table: Path) -> Iterable[tuple[str, str, str]]:
    with table.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            yield row.get("tag") or "", row.get("reason") or "", row.get("returned_on") or ""
