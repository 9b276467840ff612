"""``keizoku staff``: members of staff; who comes, changes and goes, by two people where rights grow."""

from typing import TYPE_CHECKING

import click

from keizoku.cli.acting import by_login
from keizoku.cli.process import with_django

if TYPE_CHECKING:
    from keizoku.accounts.queries import StaffRow

BY = click.option("--by", required=True, help="Login of the member of staff who does it.")
REASON = click.option("--reason", required=True, help="What can be checked later, e.g. the personnel order.")


@click.group("staff")
def command() -> None:
    """Members of staff. Rights come from the role alone."""


@command.command("list")
@with_django
def list_staff() -> None:
    """Everybody, with role, department and the number of second factors; then what waits for approval."""
    from keizoku.accounts import queries
    from keizoku.accounts.administration import queries as changes
    from keizoku.accounts.factors.queries import numbers_by_staff

    held = numbers_by_staff()
    for row in queries.staff():
        state = "active" if row.is_active else "inactive"
        told = (row.login, row.display_name, row.role, row.department or "—", state, held.get(row.id, 0))
        click.echo("\t".join(str(one) for one in told))
    for one in changes.waiting():
        click.echo(
            f"申請 {one.number}: {one.login} {one.change_words} → {one.role}（{one.asker}） {one.reason}"
        )


@command.command("add")
@click.argument("login")
@click.option("--name", required=True, help="The name that screens show.")
@click.option(
    "--role", required=True, help="operator, approver, reviewer, compliance, auditor or administrator."
)
@click.option("--department", default="")
@with_django
def add(login: str, name: str, role: str, department: str) -> None:
    """Register LOGIN at the server itself and print a one-time sign-in, valid for an hour.

    For the first people of an installation; later ones are asked for and approved in the browser.
    """
    from keizoku.accounts import actions
    from keizoku.kernel.actor import Actor

    setup = Actor.system("cli")
    member = actions.create_staff(
        actor=setup, login=login, display_name=name, role=role, department=department
    )
    click.echo(_address(actions.issue_ticket(member, 60, actor=setup)))


@command.command("ticket")
@click.argument("login")
@click.option("--minutes", default=60, show_default=True, type=click.IntRange(1, 24 * 60))
@with_django
def ticket(login: str, minutes: int) -> None:
    """Print a one-time sign-in for LOGIN: the first of the two steps, in a demo both."""
    from keizoku.accounts import actions
    from keizoku.kernel.actor import Actor

    click.echo(_address(actions.issue_ticket(by_login(login), minutes, actor=Actor.system("cli"))))


@command.command("change")
@click.argument("login")
@click.option("--role", required=True)
@click.option("--department", default=None, help="Unchanged unless named.")
@REASON
@BY
@with_django
def change(login: str, role: str, department: str | None, reason: str, by: str) -> None:
    """Another role or department for LOGIN. Where rights grow it waits for approval."""
    from keizoku.accounts.administration import actions

    row = _row(login)
    wanted = row.department if department is None else department
    number = actions.change_role(row.id, role, wanted, reason, actor=by_login(by).actor)
    click.echo(f"申請 {number}: ほかの人の承認を待ちます。" if number else f"{login} の役割を変えました。")


@command.command("reset")
@click.argument("login")
@REASON
@BY
@with_django
def reset(login: str, reason: str, by: str) -> None:
    """Ask that the second factors of LOGIN, who lost them, be forgotten."""
    from keizoku.accounts.administration import actions

    number = actions.ask_to_reset(_row(login).id, reason, actor=by_login(by).actor)
    click.echo(f"申請 {number}: ほかの人の承認を待ちます。")


@command.command("deactivate")
@click.argument("login")
@REASON
@BY
@with_django
def deactivate(login: str, reason: str, by: str) -> None:
    """LOGIN may not sign in any more; every session of theirs ends."""
    from keizoku.accounts.administration import actions

    actions.deactivate(_row(login).id, reason, actor=by_login(by).actor)
    click.echo(f"{login} を停止しました。")


@command.command("return")
@click.argument("login")
@REASON
@BY
@with_django
def return_(login: str, reason: str, by: str) -> None:
    """Ask that LOGIN, who was deactivated, may work again."""
    from keizoku.accounts.administration import actions

    number = actions.ask_to_return(_row(login).id, reason, actor=by_login(by).actor)
    click.echo(f"申請 {number}: ほかの人の承認を待ちます。")


@command.command("approve")
@click.argument("number", type=int)
@click.option("--refuse", is_flag=True, help="Say no.")
@BY
@with_django
def approve(number: int, *, refuse: bool, by: str) -> None:
    """Answer the request NUMBER of somebody else about somebody else."""
    from keizoku.accounts.administration import actions

    actions.decide(number, is_approved=not refuse, actor=by_login(by).actor)
    click.echo(f"申請 {number} を認めませんでした。" if refuse else f"申請 {number} を承認し、実施しました。")


@command.command("withdraw")
@click.argument("number", type=int)
@BY
@with_django
def withdraw(number: int, by: str) -> None:
    """Take the request NUMBER back."""
    from keizoku.accounts.administration import actions

    actions.withdraw(number, actor=by_login(by).actor)
    click.echo(f"申請 {number} を取り下げました。")


def _row(login: str) -> "StaffRow":
    from keizoku.accounts import queries

    found = queries.by_login(login)
    if found is None:
        raise click.ClickException(f"nobody is registered as {login}")
    return found


def _address(token: str) -> str:
    from django.conf import settings

    return f"{settings.PUBLIC_URL}/console/ticket/{token}"
