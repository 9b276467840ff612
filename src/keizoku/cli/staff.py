"""``keizoku staff``: register members of staff and let them in for the first time."""

import click

from keizoku.cli.acting import by_login
from keizoku.cli.process import with_django


@click.group("staff")
def command() -> None:
    """Members of staff. Rights come from the role alone."""


@command.command("add")
@click.argument("login")
@click.option("--name", required=True, help="The name that screens show.")
@click.option(
    "--role", required=True, help="operator, approver, reviewer, compliance, auditor or administrator."
)
@click.option("--department", default="")
@with_django
def add(login: str, name: str, role: str, department: str) -> None:
    """Register LOGIN and print a one-time sign-in, valid for an hour."""
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
    """Print a one-time sign-in for LOGIN."""
    from keizoku.accounts import actions
    from keizoku.kernel.actor import Actor

    click.echo(_address(actions.issue_ticket(by_login(login), minutes, actor=Actor.system("cli"))))


def _address(token: str) -> str:
    from django.conf import settings

    return f"{settings.PUBLIC_URL}/console/ticket/{token}"
