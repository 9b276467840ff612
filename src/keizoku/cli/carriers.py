"""``keizoku carriers``: each carrier's limits and what all workers together have used of them; ``keizoku callbacks``: those
that could not be understood.
"""

import json
from dataclasses import asdict

import click

from keizoku.cli.acting import BY, member
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


@click.group("callbacks")
def callbacks_command() -> None:
    """Carriers' callbacks that could not be understood and wait for a person."""


@callbacks_command.command("list")
@with_django
def callbacks_list() -> None:
    """Print them as JSON lines, the oldest first; nothing of their content but the campaigns that they name."""
    from keizoku.delivery import put_aside

    after = 0
    while some := put_aside.listing(after):
        after = some[-1].id
        for one in some:
            told = {
                "id": one.id,
                "carrier": one.carrier,
                "received_at": one.received_at.isoformat(timespec="seconds"),
                "problem": one.problem,
                "bytes": one.size,
                "campaigns": one.campaigns,
            }
            click.echo(json.dumps(told, ensure_ascii=False))


@callbacks_command.command("again")
@click.argument("number", type=int, required=False)
@BY
@with_django
def callbacks_again(number: int | None, login: str) -> None:
    """Have callback NUMBER (default: all of them) read again by a worker; nothing is counted twice."""
    from keizoku.delivery import put_aside

    actor = member(login, put_aside.PERMISSION).actor
    if number is None:
        click.echo(f"{put_aside.try_all_again(actor=actor)} will be read again")
        return
    put_aside.try_again(number, actor=actor)
    click.echo(f"{number} will be read again")


@callbacks_command.command("let-go")
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why it tells nothing that counts; it stands in the audit.")
@BY
@with_django
def callbacks_let_go(number: int, reason: str, login: str) -> None:
    """Never read callback NUMBER again."""
    from keizoku.delivery import put_aside

    put_aside.let_go(number, reason=reason, actor=member(login, put_aside.PERMISSION).actor)
    click.echo(f"{number} is let go")


def _told(limit: int) -> str:
    return f"{limit:,}件" if limit else "上限なし"
