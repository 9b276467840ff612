"""In whose name a command acts: an active member of staff, by login."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from keizoku.accounts.models import Staff
    from keizoku.kernel.actor import Actor

BY = click.option("--by", "login", required=True, help="Login of the member of staff who does it.")


def by_login(login: str) -> "Staff":
    from keizoku.accounts.models import Staff

    found = Staff.objects.filter(login=login, is_active=True).first()
    if found is None:
        raise click.ClickException(f"nobody is registered as {login}")
    return found


def actor_of(login: str) -> "Actor":
    """For an action that asks for the right itself."""
    return by_login(login).actor


def member(login: str, permission: str) -> "Staff":
    """Who must hold the permission; otherwise the command ends."""
    found = by_login(login)
    if not found.may(permission):
        raise click.ClickException(f"{login} may not do this: it needs the permission {permission}")
    return found
