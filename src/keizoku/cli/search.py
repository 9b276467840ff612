"""``keizoku search``: find a customer from the command line, and make anew what customers are found by."""

import click

from keizoku.cli.process import with_django


@click.group("search")
def command() -> None:
    """Find customers by number, account, phone, mail or name; rebuild what they are found by."""


@command.command("find")
@click.option("--by", "login", required=True, help="Login of the member of staff who searches.")
@click.option("--after", default=0, type=click.IntRange(0), help="The last customer's id of the page before.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 200))
@with_django
def find(login: str, after: int, limit: int) -> None:
    """Ask for the words, so that no name stands in the shell's history; print ids and states, one line each."""
    from keizoku.cli.acting import member
    from keizoku.customers import queries
    from keizoku.customers.search import searching

    actor = member(login, "customers.search").actor
    words = click.prompt("さがす言葉（番号・口座・氏名・カナ・電話・メール）", hide_input=False)
    found = searching.search(words, actor=actor, after=after, limit=limit)
    for one in queries.summaries(found.ids):
        click.echo(f"{one.id}\t{one.kind}\t{one.prefecture}\t{one.state}")
    count = f"{found.total:,}人" + ("以上" if found.total >= searching.MOST_COUNTED else "")
    click.echo(f"{'・'.join(found.kinds) or 'どの種類とも読めない言葉'}: {count}", err=True)
    if found.more_after:
        click.echo(f"続き: --after {found.more_after}", err=True)


@command.command("rebuild")
@click.option("--missing", is_flag=True, help="Only customers who cannot be found at all.")
@with_django
def rebuild(*, missing: bool) -> None:
    """Make what customers are found by anew from their records, after an update or a change of keys."""
    from keizoku.customers.search import indexing
    from keizoku.kernel.actor import Actor

    click.echo(f"{indexing.rebuild(actor=Actor.system('cli'), only_missing=missing):,}人を作り直しました")
