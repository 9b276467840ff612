"""Who acts when a command is given ``--by LOGIN``."""

import click

from keizoku.kernel.actor import Actor


def actor_of(login: str) -> Actor:
    """The active member of staff with this login; what he may do is the action's to judge."""
    from keizoku.accounts import queries as accounts

    member = accounts.by_login(login)
    if member is None or not member.is_active:
        raise click.ClickException(f"nobody is registered as {login}")
    return Actor.staff(member.id)
