"""``keizoku duplicates``: look for likely duplicates, list them, and merge two customers by two people."""

import click

from keizoku.cli.acting import member
from keizoku.cli.process import with_django


@click.group("duplicates")
def command() -> None:
    """Customers who are likely one: find, list, propose, approve, keep apart."""


@command.command("find")
@with_django
def find() -> None:
    """Look at everybody now, as the nightly job does."""
    from keizoku.customers.duplicates import finding

    found = finding.find_everywhere()
    click.echo(f"候補 新しく{found.found:,}組、もう同じでない{found.gone:,}組")


@command.command("list")
@click.option(
    "--state", default="found", type=click.Choice(["found", "proposed", "apart", "merged"]), show_default=True
)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@with_django
def listing(state: str, limit: int) -> None:
    """The likeliest first: pair, both customers, points, reasons."""
    from keizoku.customers.duplicates import queries
    from keizoku.customers.duplicates.rules import State

    found = queries.pairs(State(state), limit=limit)
    for row in found.rows:
        stays = f" → {row.survivor_id}" if row.survivor_id else ""
        click.echo(f"{row.id}\t{row.first_id}, {row.second_id}{stays}\t{row.score}\t{'、'.join(row.reasons)}")
    click.echo(f"{found.total:,}組", err=True)


@command.command("propose")
@click.argument("pair", type=int)
@click.option("--survivor", required=True, type=int, help="The customer who stays.")
@click.option(
    "--from-other", "fields", multiple=True, help="A field whose value the other has; repeat it for several."
)
@click.option("--by", "login", required=True, help="Login of the member of staff who proposes.")
@with_django
def propose(pair: int, survivor: int, fields: tuple[str, ...], login: str) -> None:
    """Propose to merge PAIR: the survivor's values, but those named by --from-other."""
    from keizoku.customers.duplicates import actions
    from keizoku.customers.duplicates.rules import CHOSEN_FACTS, CHOSEN_FIELDS, Side

    known = (*CHOSEN_FIELDS, *CHOSEN_FACTS)
    if unknown := set(fields) - set(known):
        raise click.ClickException(f"no such field: {', '.join(sorted(unknown))}; one of {', '.join(known)}")
    choices = {name: Side.OTHER if name in fields else Side.SURVIVOR for name in known}
    actor = member(login, "duplicates.edit").actor
    digest = actions.propose(pair, survivor_id=survivor, choices=choices, actor=actor)
    click.echo(
        f"提案しました。別の人が承認します: keizoku duplicates approve {pair} --by LOGIN（{digest[:12]}）"
    )


@command.command("approve")
@click.argument("pair", type=int)
@click.option("--by", "login", required=True, help="Login of the member of staff who approves.")
@with_django
def approve(pair: int, login: str) -> None:
    """Merge PAIR as somebody else proposed, after its number of customers is typed."""
    from keizoku.customers.duplicates import actions, queries
    from keizoku.kernel.clock import business_today

    actor = member(login, "duplicates.approve").actor
    row = queries.pair(pair)
    click.echo(f"No. {row.merged_id} を No. {row.survivor_id} に統合します。取り消せません。")
    if click.prompt("確かめるために、1人になるお客さまの数を入力してください") != "2":
        raise click.ClickException("数が違います。何もしていません。")
    actions.approve(pair, digest=row.proposal_digest, actor=actor, today=business_today())
    click.echo("統合しました")


@command.command("send-back")
@click.argument("pair", type=int)
@click.option(
    "--by", "login", required=True, help="Login of the member of staff who takes it back or declines."
)
@with_django
def send_back(pair: int, login: str) -> None:
    """Take a proposal back: PAIR is a candidate again."""
    from keizoku.customers.duplicates import actions

    actions.send_back(pair, actor=member(login, "duplicates.read").actor)
    click.echo("候補に戻しました")


@command.command("apart")
@click.argument("pair", type=int)
@click.option("--by", "login", required=True, help="Login of the member of staff who says so.")
@with_django
def apart(pair: int, login: str) -> None:
    """These are two customers: not suggested again unless other values of theirs agree."""
    from keizoku.customers.duplicates import actions

    actions.keep_apart(pair, actor=member(login, "duplicates.edit").actor)
    click.echo("別の方としました")
