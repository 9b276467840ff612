"""``keizoku scorecard``: put a risk scorecard in force, by two people."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from keizoku.cli.process import with_django

if TYPE_CHECKING:
    from keizoku.accounts.models import Staff

STANDARD = Path(__file__).parents[1] / "risk" / "scorecards" / "standard-1.toml"


@click.group("scorecard")
def command() -> None:
    """The scorecard by which customers are rated: one drafts it, another puts it in force."""


@command.command("draft")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=STANDARD)
@click.option("--by", "login", required=True, help="Login of the member of staff who drafts it.")
@with_django
def draft(file: Path, login: str) -> None:
    """Store FILE (TOML; default: the standard scorecard that comes with Keizoku) as a draft."""
    from keizoku.risk import actions

    number = actions.draft_scorecard(file.read_text(encoding="utf-8"), _member(login, "risk.edit").actor)
    click.echo(
        f"draft {number} is stored; another person puts it in force: keizoku scorecard activate {number} --by LOGIN"
    )


@command.command("activate")
@click.argument("number", type=int)
@click.option(
    "--by", "login", required=True, help="Login of the member of staff who has read and approves it."
)
@with_django
def activate(number: int, login: str) -> None:
    """Show draft NUMBER, and put it in force after a yes."""
    from keizoku.risk import actions
    from keizoku.risk.models import Scorecard

    found = Scorecard.objects.filter(id=number, state=Scorecard.State.DRAFT).first()
    if found is None:
        raise click.ClickException(f"there is no draft {number}")
    approver = _member(login, "risk.approve")
    click.echo(found.text)
    click.confirm("この評価表を有効にしますか?", abort=True)
    actions.activate_scorecard(number, approver.actor, digest=found.digest)
    click.echo("in force; rate everybody with: keizoku rate")


def _member(login: str, permission: str) -> "Staff":
    """The member of staff with this login, who must hold the permission."""
    from keizoku.accounts.models import Staff

    member = Staff.objects.filter(login=login, is_active=True).first()
    if member is None:
        raise click.ClickException(f"nobody is registered as {login}")
    if not member.may(permission):
        raise click.ClickException(f"{login} may not do this: it needs the permission {permission}")
    return member
