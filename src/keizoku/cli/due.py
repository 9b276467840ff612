"""``keizoku due``: who is due when, events that bring dates forward, and simplified due diligence. No personal data."""

from datetime import datetime, timedelta

import click

from keizoku.cli.acting import member
from keizoku.cli.process import with_django

DAYS = 90


@click.group("due")
def command() -> None:
    """Due dates: counts, events, what ends by itself, simplified due diligence."""


@command.command("summary")
@with_django
def summary() -> None:
    """How many are due when, by level."""
    from keizoku.kernel.clock import business_today
    from keizoku.risk.queries import due_summary

    found = due_summary(business_today())
    click.echo("水準\t人数\t暫定\t期日超過\t今日\t30日以内\t90日以内")
    rows = [*((level.label, counts) for level, counts in found.by_level.items()), ("計", found.total)]
    for label, counts in rows:
        numbers = (
            counts.customers,
            counts.provisional,
            counts.overdue,
            counts.due_today,
            counts.due_in_30_days,
            counts.due_in_90_days,
        )
        click.echo("\t".join([label, *(f"{number:,}" for number in numbers)]))
    click.echo(f"未評価\t{found.unrated:,}")


@command.command("event")
@click.argument("customer", type=int)
@click.argument("kind", type=click.Choice(["returned_mail", "dormancy", "staff"]))
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="When it happened (default: today).")
@click.option("--by", "login", required=True, help="Login of the member of staff who records it.")
@with_django
def event(customer: int, kind: str, day: datetime | None, login: str) -> None:
    """Record what happened to CUSTOMER (by number "No."); the due date comes forward by it, or stays."""
    from keizoku.customers.models import Customer
    from keizoku.kernel.clock import business_today
    from keizoku.risk.events import record_event
    from keizoku.risk.queries import standing
    from keizoku.risk.rules.scale import EventKind

    if not Customer.objects.filter(id=customer).exists():
        raise click.ClickException(f"there is no customer No. {customer}")
    today = business_today()
    actor = member(login, "risk.record_event").actor
    record_event(customer, EventKind(kind), day.date() if day else today, actor, today)
    found = standing(customer)
    click.echo(f"recorded; due on {found.due_on}" if found else "recorded")


@command.command("sweep")
@with_django
def sweep() -> None:
    """End what is over now: requests and circumstances past their days, trials that do not move."""
    from keizoku.kernel.actor import Actor
    from keizoku.kernel.clock import business_today
    from keizoku.risk import sweeping

    found = sweeping.sweep(Actor.system("cli"), business_today())
    click.echo(
        f"期限切れの申請 {found['lapsed']:,}、終わった事情 {found['ended']:,}、中断した試算 {found['trials']:,}"
    )


@command.command("simplified")
@click.option(
    "--days", type=click.IntRange(1, 3660), default=DAYS, show_default=True, help="Lost within so many days."
)
@click.option("--limit", type=click.IntRange(1), default=1000, show_default=True)
@with_django
def simplified(days: int, limit: int) -> None:
    """How many are under simplified due diligence, and who lost it by which condition."""
    from keizoku.kernel.clock import business_today
    from keizoku.risk.rules.simplified import CONDITIONS, failed_words
    from keizoku.risk.simplified import summary as simplified_summary
    from keizoku.risk.simplified import withdrawals

    since = business_today() - timedelta(days=days)
    found = simplified_summary(since)
    click.echo(f"対象 {found.customers:,}人、この{days}日に外れた方 {found.withdrawn:,}人")
    for condition, count in found.failed.items():
        click.echo(f"{CONDITIONS[condition - 1]}\t{count:,}人")
    for _, one in withdrawals(since, limit=limit):
        click.echo(f"No. {one.customer_id}\t{one.on}\t{failed_words(list(one.failed))}")
