"""``keizoku export``: requests for files with the personal data of many, asked by one and approved by another."""

import click

from keizoku.cli.acting import BY, by_login
from keizoku.cli.process import with_django


@click.group("export")
def command() -> None:
    """Files with the personal data of more than one person need another person's consent."""


@command.command("files")
@with_django
def files() -> None:
    """Which files leave the house, and the rule of each."""
    from keizoku.accounts.exports.rules import FILES

    for file in FILES:
        click.echo(f"{file.name}: {file.rule.value} — {file.because}")


@command.command("list")
@with_django
def list_requests() -> None:
    """The newest hundred requests."""
    from keizoku.accounts.exports import queries

    for row in queries.page()[0]:
        told = (row.number, row.kind.value, row.subject_id, f"{row.people}人", row.state_words, row.asker)
        click.echo("\t".join(str(one) for one in (*told, row.decider or "—", row.purpose)))


@command.command("ask")
@click.argument("kind", type=click.Choice(["why", "proofs", "recipients"]))
@click.argument("about", type=int)
@click.option("--purpose", required=True, help="For whom and what for; no customer's name.")
@BY
@with_django
def ask(kind: str, about: int, purpose: str, login: str) -> None:
    """Ask for the file KIND of the campaign (or incident) ABOUT."""
    from keizoku.accounts.exports import actions
    from keizoku.accounts.exports.rules import Kind
    from keizoku.console.exporting import PEOPLE

    wanted = actions.Wanted(Kind(kind), about, PEOPLE[Kind(kind)](about), purpose)
    number = actions.ask(wanted, actor=by_login(login).actor)
    click.echo(f"申請 {number}: {wanted.people:,}人。ほかの人の承認を待ちます。")


@command.command("approve")
@click.argument("number", type=int)
@click.option("--people", type=int, required=True, help="The number of people, as you read it.")
@BY
@with_django
def approve(number: int, people: int, login: str) -> None:
    """Approve request NUMBER: one file, within three days, by its asker."""
    from keizoku.accounts.exports import actions

    actions.decide(number, is_approved=True, people=people, actor=by_login(login).actor)
    click.echo(f"申請 {number} を承認しました。")


@command.command("refuse")
@click.argument("number", type=int)
@BY
@with_django
def refuse(number: int, login: str) -> None:
    """Refuse request NUMBER."""
    from keizoku.accounts.exports import actions

    actions.decide(number, is_approved=False, people=None, actor=by_login(login).actor)
    click.echo(f"申請 {number} を認めませんでした。")


@command.command("withdraw")
@click.argument("number", type=int)
@BY
@with_django
def withdraw(number: int, login: str) -> None:
    """Take back one's own request NUMBER."""
    from keizoku.accounts.exports import actions

    actions.withdraw(number, actor=by_login(login).actor)
    click.echo(f"申請 {number} を取り下げました。")
