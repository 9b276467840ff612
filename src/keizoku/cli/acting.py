"""In whose name a command acts: a member of staff by login, who must hold the right."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from keizoku.accounts.models import Staff


def member(login: str, permission: str) -> "Staff":
    """The active member of staff with this login, who holds the permission; otherwise the command ends."""
    from keizoku.accounts.models import Staff

    found = Staff.objects.filter(login=login, is_active=True).first()
    if found is None:
        raise click.ClickException(f"nobody is registered as {login}")
    if not found.may(permission):
        raise click.ClickException(f"{login} may not do this: it needs the permission {permission}")
    return found
