"""``keizoku quality``: a share of all decisions is looked at again by somebody who did not make them."""

import json

import click

from keizoku.cli.acting import BY, actor_of, by_login, member
from keizoku.cli.process import with_django

CHECK = click.argument("check", type=int)
NOTE = click.option("--note", default="", help="What was seen; nothing secret.")


@click.group("quality")
def command() -> None:
    """Second looks at decisions: drawn by a keyed digest, checked by another person, counted."""


@command.command("list")
@with_django
def list_command() -> None:
    """Print the checks that wait and the findings to follow up, as JSON lines, in the order of their drawing."""
    from keizoku.reviews.quality import queries

    after = 0
    while rows := queries.checks(after=after):
        for row in rows:
            told = {
                "id": row.id,
                "review": row.review_id,
                "outcome": row.outcome,
                "decided_by": row.decided_by,
                "policy": row.policy,
                "state": row.state,
                "late": row.is_late,
                "finding": row.finding,
            }
            click.echo(json.dumps(told, ensure_ascii=False))
        after = rows[-1].id


@command.command("proper")
@CHECK
@NOTE
@BY
@with_django
def proper(check: int, note: str, login: str) -> None:
    """CHECK's decision stands as it was made."""
    from keizoku.reviews.quality import actions

    actions.find_proper(check, by_login(login), note=note)
    click.echo("proper")


@command.command("improper")
@CHECK
@click.option(
    "--finding",
    required=True,
    help="A code of the closed list; a wrong one prints nothing and changes nothing.",
)
@NOTE
@BY
@with_django
def improper(check: int, finding: str, note: str, login: str) -> None:
    """Something was wrong with how CHECK was decided."""
    from keizoku.reviews.quality import actions
    from keizoku.reviews.quality.rules import FINDINGS

    if finding not in FINDINGS:
        raise click.ClickException(f"one of {', '.join(FINDINGS)}")
    actions.find_improper(check, finding, by_login(login), note=note)
    click.echo(f"improper; say what follows: keizoku quality settle {check} --by LOGIN --follow-up task")


@command.command("settle")
@CHECK
@click.option("--follow-up", type=click.Choice(["task", "review", "nothing"]), required=True)
@BY
@with_django
def settle(check: int, follow_up: str, login: str) -> None:
    """Say what follows from an improper decision, and begin it."""
    from keizoku.reviews.quality import actions
    from keizoku.reviews.quality.rules import FollowUp

    actions.settle(check, FollowUp(follow_up), by_login(login))
    click.echo("settled")


@command.command("share")
@click.argument("percent", type=int)
@click.option(
    "--of", "reviewer", help="Login of one reviewer; everybody without a share of their own unless given."
)
@BY
@with_django
def share(percent: int, reviewer: str | None, login: str) -> None:
    """From now on draw PERCENT of a hundred decisions."""
    from keizoku.reviews.quality import actions

    staff_id = by_login(reviewer).pk if reviewer else None
    actions.set_share(percent, actor_of(login), staff_id=staff_id)
    click.echo(f"{percent} of a hundred")


@command.command("counts")
@with_django
def counts() -> None:
    """Print decisions, drawn, checked and improper by who decided and by policy, as JSON lines."""
    from keizoku.reviews.quality import queries

    for row in queries.counts():
        told = {
            "decided_by": row.decided_by,
            "policy": row.policy,
            "decisions": row.decisions,
            "drawn": row.drawn,
            "checked": row.checked,
            "improper": row.improper,
            "findings": dict(row.findings),
        }
        click.echo(json.dumps(told, ensure_ascii=False))


@command.command("prove")
@BY
@with_django
def prove(login: str) -> None:
    """Draw all decisions once more, and compare with what was put up."""
    from keizoku.reviews.quality.drawing import prove

    member(login, "policies.read")
    found = prove()
    click.echo(f"{found.looked_at} decisions, {found.drawn} drawn")
    if not found.is_right:
        raise click.ClickException(f"missing: {list(found.missing)}; extra: {list(found.extra)}")
    click.echo("right: these and no others")
