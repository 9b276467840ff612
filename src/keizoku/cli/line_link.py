"""``keizoku line-link``: whether a customer has linked a LINE account, and its end."""

import click

from keizoku.cli.process import with_django


@click.group("line-link")
def command() -> None:
    """Links between customers and LINE accounts."""


@command.command("show")
@click.argument("customer", type=int)
@with_django
def show_command(customer: int) -> None:
    """All links of CUSTOMER (the No. on the screens), newest first. The account itself is never shown."""
    from keizoku.customers.linking import queries

    links = queries.links_of(customer)
    for link in links:
        moments = [at.isoformat(timespec="minutes") for at in (link.linked_at, link.ended_at) if at]
        click.echo(" ".join([link.words, *moments]))
    if not links:
        click.echo("連携したことはありません。")


@command.command("unlink")
@click.argument("customer", type=int)
@click.option("--by", "login", required=True, help="Login of the member of staff who ends it.")
@with_django
def unlink_command(customer: int, login: str) -> None:
    """End CUSTOMER's link; the account's id is erased."""
    from keizoku.cli.acting import actor_of
    from keizoku.customers.linking.actions import unlink

    unlink(customer, actor=actor_of(login))
    click.echo("解除しました。")
