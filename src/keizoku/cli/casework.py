"""``keizoku task`` and ``keizoku note``: what is to be done, and what staff wrote down."""

import sys
from typing import TYPE_CHECKING

import click

from keizoku.cli.process import with_django

if TYPE_CHECKING:
    from datetime import datetime


@click.group("task")
def task_command() -> None:
    """Tasks with an owner and a day."""


@task_command.command("list")
@click.option("--role", default="", help="Only this role's.")
@click.option("--overdue", is_flag=True, help="Only those past their day.")
@with_django
def list_tasks(role: str, overdue: bool) -> None:  # noqa: FBT001 - click
    """Open tasks by their day; without their words."""
    from keizoku.customers.casework import queries
    from keizoku.kernel.clock import business_today

    day, after = business_today() if overdue else None, None
    while rows := queries.open_tasks(role=role, overdue_on=day, after=after):
        for row in rows:
            owner = f"職員 {row.owner}" if row.owner else row.role_name
            customer = f" お客さま No. {row.customer_id}" if row.customer_id else ""
            click.echo(f"{row.id}: {row.due_on.isoformat()} {row.label}（{owner}）{customer}")
            after = (row.due_on, row.id)


@task_command.command("open")
@click.argument("kind")
@click.option("--words", prompt=True, help="What is to be done; kept encrypted.")
@click.option("--role", required=True, help="Whose task it is.")
@click.option("--due", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Its last day.")
@click.option("--customer", type=int, help="The No. of the customer whom it is about.")
@click.option("--by", "login", required=True, help="Login of the member of staff who opens it.")
@with_django
def open_command(  # noqa: PLR0917 - click's options
    kind: str, words: str, role: str, due: "datetime", customer: int | None, login: str
) -> None:
    """Open a task of KIND (call_back, help, document, conflict, check, other)."""
    from keizoku.cli.acting import actor_of
    from keizoku.customers.casework.actions import Owner, open_task
    from keizoku.customers.casework.rules import TaskKind
    from keizoku.kernel.clock import business_today

    if kind not in tuple(TaskKind):
        raise click.UsageError(f"no such kind: {kind}; one of {', '.join(TaskKind)}")
    number = open_task(
        TaskKind(kind),
        words,
        owner=Owner(role=role),
        due_on=due.date(),
        actor=actor_of(login),
        today=business_today(),
        customer_id=customer,
    )
    click.echo(f"タスク {number} を開きました。")


@task_command.command("done")
@click.argument("number", type=int)
@click.option("--by", "login", required=True, help="Login of the member of staff who did it.")
@with_django
def done_command(number: int, login: str) -> None:
    """Task NUMBER is done."""
    from keizoku.cli.acting import actor_of
    from keizoku.customers.casework.actions import finish_task

    finish_task(number, actor=actor_of(login))
    click.echo(f"タスク {number} を完了にしました。")


@click.group("note")
def note_command() -> None:
    """Notes about a customer: only added, never changed."""


@note_command.command("add")
@click.argument("customer", type=int)
@click.option("--by", "login", required=True, help="Login of the member of staff who writes it.")
@click.option("--confidential", is_flag=True, help="For compliance alone.")
@with_django
def add_command(customer: int, login: str, confidential: bool) -> None:  # noqa: FBT001 - click
    """Write a note about CUSTOMER; its text is read from standard input and kept encrypted."""
    from keizoku.cli.acting import actor_of
    from keizoku.customers.casework.actions import write_note

    text = sys.stdin.read()
    write_note(customer, text, actor=actor_of(login), is_confidential=confidential)
    click.echo("保存しました。")
