"""``keizoku paper``: forms that came back, and a questionnaire's pages as letters enclose them (docs/paper.md)."""

from pathlib import Path

import click

from keizoku.cli.outfile import write_new
from keizoku.cli.process import with_django


@click.group("paper")
def command() -> None:
    """Questionnaires on paper."""


@command.command("list")
@click.option("--ended", is_flag=True, help="Those that became an answer or none, the newest first.")
@with_django
def list_command(*, ended: bool) -> None:
    """Forms that wait for somebody, in the order of their coming: code, day of receipt, state."""
    from keizoku.reviews.paper import queries

    for row in queries.ended_forms() if ended else queries.waiting_forms():
        why = f"（{row.why_words}）" if row.why else ""
        late = "、長く待っています" if row.is_escalated else ""
        click.echo(
            f"用紙 {row.id}: {row.code}、受領日 {row.received_on}、第{row.version}版、{row.words}{why}{late}"
        )


@command.command("print")
@click.option("--questionnaire", required=True, help="Its name: person, sole_proprietor, corporation …")
@click.option("--version", type=int, help="Its number; without it, the version in use.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The PDF to write.")
@with_django
def print_command(questionnaire: str, version: int | None, out: Path) -> None:
    """Write a published version's pages with an invented reference code, to look at."""
    from keizoku.delivery.letters import previewing
    from keizoku.forms import queries as forms

    found = forms.find(questionnaire, version)
    if found is None or found.row.published_id is None:
        raise click.ClickException("その質問票の、公開した版はありません。名前と版を確かめてください。")
    write_new(out, [previewing.form_pdf(found.row.published_id)])
    pages = previewing.form_pages(found.row.published_id)
    click.echo(f"{found.row.title} 第{found.row.version}版（{pages}ページ）を {out} に書きました。")
