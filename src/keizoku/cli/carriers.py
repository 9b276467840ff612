"""``keizoku carriers``: each carrier's limits and what all workers together have used of them."""

import json
from dataclasses import asdict

import click

from keizoku.cli.process import with_django


@click.command("carriers")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_django
def command(*, as_json: bool) -> None:
    """Show each carrier's limits, what is used of them, and whether sending is slowed down."""
    from keizoku.delivery.allowances import queries

    uses = queries.uses()
    if as_json:
        click.echo(json.dumps([asdict(use) for use in uses], ensure_ascii=False))
        return
    for use in uses:
        click.echo(
            f"{use.channel}: 1秒 {_told(use.limit.a_second)}、今日 {use.used_today} / {_told(use.limit.a_day)}、"
            f"今月 {use.used_this_month} / {_told(use.limit.a_month)}、速さ {use.pace}%"
            + (f"、あと{use.waits_s}秒待ち" if use.waits_s else "")
        )


def _told(limit: int) -> str:
    return f"{limit:,}件" if limit else "上限なし"
