"""``keizoku incident``: wrong or doubtful sends: listed, opened, noted, and closed by two people."""

import json
from datetime import date, datetime

import click

from keizoku.cli.acting import member
from keizoku.cli.process import with_django

KINDS = ("wrong_recipients", "wrong_words", "doubtful", "leak")


@click.group("incident")
def command() -> None:
    """Incidents about a campaign: who received it, what was done, by when a leak must be reported."""


@command.command("list")
@with_django
def list_command() -> None:
    """Print incidents as JSON lines, those that are not over first."""
    from keizoku.campaigns.incidents import queries

    for each in queries.listing():
        click.echo(
            json.dumps(
                {
                    "id": each.id,
                    "campaign": each.campaign_id,
                    "kind": each.kind,
                    "state": each.state,
                    "known_on": each.known_on.isoformat(),
                    "people": each.people,
                    "next_day": each.next_day.isoformat() if each.next_day else None,
                },
                ensure_ascii=False,
            )
        )


@command.command("show")
@click.argument("number", type=int)
@click.option("--by", "login", required=True, help="Login of the member of staff who reads the log.")
@with_django
def show(number: int, login: str) -> None:
    """Print incident NUMBER with its recipients' counts, its days and its log."""
    from keizoku.campaigns.incidents import queries

    view = queries.view(number)
    click.echo(f"事案{number} {view.row.kind_words}・{view.row.state_words}: {view.row.campaign_name}")
    for each in view.reached:
        click.echo(f"  手順{each.step} {each.channel} {each.result} {each.count}")
    if view.days:
        click.echo(f"  速報 {_told(view.preliminary_at, view.days.preliminary)}")
        click.echo(f"  確報 {_told(view.final_at, view.days.final)}")
    for entry in queries.entries(number, member(login, "incidents.use").actor):
        click.echo(f"  {entry.at:%Y-%m-%d %H:%M} {entry.by} {entry.title} {entry.words}".rstrip())


@command.command("open")
@click.argument("campaign", type=int)
@click.option("--kind", type=click.Choice(KINDS), required=True)
@click.option("--words", required=True, help="What is known.")
@click.option(
    "--known-on", type=click.DateTime(["%Y-%m-%d"]), help="The day it became known (default: today)."
)
@click.option("--wrongful", is_flag=True, help="An ill purpose is suspected: the final report has 60 days.")
@click.option("--keep-sending", is_flag=True, help="Do not stop the campaign.")
@click.option("--by", "login", required=True, help="Login of the member of staff who opens it.")
@with_django
def open_command(  # noqa: PLR0917 - click's options
    campaign: int,
    kind: str,
    words: str,
    known_on: datetime | None,
    wrongful: bool,  # noqa: FBT001 - click's flag
    keep_sending: bool,  # noqa: FBT001 - click's flag
    login: str,
) -> None:
    """Open an incident about CAMPAIGN and stop its sending for good."""
    from keizoku.campaigns.incidents import actions
    from keizoku.campaigns.incidents.rules import Kind
    from keizoku.kernel.clock import business_today

    number = actions.open_incident(
        campaign,
        actions.Opening(
            kind=Kind(kind),
            words=words,
            known_on=known_on.date() if known_on else business_today(),
            is_wrongful=wrongful,
            stops=not keep_sending,
        ),
        member(login, "incidents.use"),
    )
    click.echo(f"incident {number} is open")


@command.command("note")
@click.argument("number", type=int)
@click.argument("words")
@click.option("--by", "login", required=True, help="Login of the member of staff who writes it.")
@with_django
def note(number: int, words: str, login: str) -> None:
    """Append WORDS to the log of incident NUMBER."""
    from keizoku.campaigns.incidents import actions

    actions.note(number, words=words, staff=member(login, "incidents.use"))
    click.echo("noted")


@command.command("close")
@click.argument("number", type=int)
@click.option("--words", default="", help="Ask for the end: what was found, what is done against it.")
@click.option("--by", "login", required=True, help="Login of the member of staff.")
@with_django
def close(number: int, words: str, login: str) -> None:
    """Ask for the end of incident NUMBER (with --words), or confirm what another person asked for."""
    from keizoku.campaigns.incidents import actions

    if words:
        actions.ask_to_close(number, words=words, staff=member(login, "incidents.use"))
        click.echo(f"asked; another person confirms it: keizoku incident close {number} --by LOGIN")
    else:
        actions.close(number, staff=member(login, "incidents.close"))
        click.echo("closed")


def _told(done: datetime | None, day: date) -> str:
    return "済み" if done else f"{day.isoformat()}まで"
