"""``keizoku consent``: what a customer agreed to, and what was withdrawn."""

from typing import TYPE_CHECKING

import click

from keizoku.cli.process import with_django

if TYPE_CHECKING:
    from datetime import datetime


@click.group("consent")
def command() -> None:
    """Consents by purpose: given, withdrawn, expired."""


@command.command("list")
@click.argument("customer", type=int)
@with_django
def list_command(customer: int) -> None:
    """What holds today for each purpose of CUSTOMER (the No. on the screens)."""
    from keizoku.customers.consents import queries
    from keizoku.kernel.clock import business_today

    for row in queries.standings(customer, business_today()):
        until = f"（{row.expires_on.isoformat()}まで）" if row.expires_on else ""
        click.echo(f"{row.purpose} {row.label}: {row.words}{until}")


@command.command("record")
@click.argument("customer", type=int)
@click.argument("purpose")
@click.argument("act", type=click.Choice(["given", "withdrawn"]))
@click.option(
    "--on", "happened_on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The day it was told."
)
@click.option(
    "--source", type=click.Choice(["declared", "document", "staff", "core_system"]), default="declared"
)
@click.option("--evidence", prompt=True, help="How it was told, in words; kept encrypted.")
@click.option("--by", "login", required=True, help="Login of the member of staff who records it.")
@with_django
def record_command(  # noqa: PLR0917 - click's options
    customer: int, purpose: str, act: str, happened_on: "datetime", source: str, evidence: str, login: str
) -> None:
    """Record that CUSTOMER gave or withdrew the consent to PURPOSE."""
    from keizoku.cli.acting import actor_of
    from keizoku.customers.consents.actions import Told, record_consent
    from keizoku.customers.consents.rules import Act, Source
    from keizoku.kernel.clock import business_today

    told = Told(Source(source), happened_on.date(), evidence)
    record_consent(customer, purpose, Act(act), told, actor=actor_of(login), today=business_today())
    click.echo("記録しました。")
