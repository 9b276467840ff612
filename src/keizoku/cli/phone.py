"""``keizoku phone``: what the phone desk has promised."""

import click

from keizoku.cli.process import with_django


@click.group("phone")
def command() -> None:
    """The phone desk (電話窓口)."""


@command.command("callbacks")
@click.option("--due", is_flag=True, help="Only those of today and before.")
@with_django
def callbacks(due: bool) -> None:  # noqa: FBT001 - click
    """Calls back that wait, by day and hour; without numbers to call and without words."""
    from keizoku.accounts import queries as accounts
    from keizoku.kernel.clock import business_now, business_today
    from keizoku.reviews.phone import queries
    from keizoku.reviews.phone.queries import CallBackKey

    now, until, after = business_now(), business_today() if due else None, None
    while rows := queries.due_call_backs(until=until, after=after):
        names = accounts.display_names({row.assigned_to for row in rows if row.assigned_to})
        for row in rows:
            whose = names.get(row.assigned_to or 0, row.state_words)
            late = "　時間が過ぎています" if row.is_late(now) else ""
            click.echo(
                f"{row.id}: {row.day.isoformat()} {row.window} お客さま No. {row.customer_id} "
                f"{row.matter}（{whose}）{late}"
            )
            after = CallBackKey(row.day, row.from_hour, row.id)


@command.command("lift-stop")
@click.argument("customer", type=int)
@click.option("--reason", required=True, help="alive, another or slip.")
@click.option("--by", required=True, help="Login of the member of staff who says so; two have to.")
@with_django
def lift_stop(customer: int, reason: str, by: str) -> None:
    """Say that the stop of CUSTOMER, set by a word of a death, is a mistake; the second person's word lifts it."""
    from keizoku.cli.acting import by_login
    from keizoku.customers.contact import lifting

    is_lifted = lifting.doubt(customer, reason, actor=by_login(by).actor)
    click.echo(
        "連絡の停止を解きました。" if is_lifted else "記録しました。もう1人が確かめると、停止が解けます。"
    )
