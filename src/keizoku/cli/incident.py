"""``keizoku incident``: wrong or doubtful sends: listed, opened, noted, reported, corrected, and closed by two people."""

import json
from datetime import date, datetime
from pathlib import Path

import click

from keizoku.campaigns.incidents.rules import Kind
from keizoku.cli.acting import BY, member
from keizoku.cli.outfile import NEW_FILE, write_new
from keizoku.cli.process import with_django

KINDS = [each.value for each in Kind]


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
    click.echo(
        f"  受け取った方 {'未確定' if view.row.people is None else view.row.people} 回答待ち {view.waiting}"
    )
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


@command.command("accept")
@click.argument("number", type=int)
@click.option("--kind", type=click.Choice(KINDS), required=True)
@click.option("--words", required=True, help="What is known.")
@click.option("--wrongful", is_flag=True, help="An ill purpose is suspected: the final report has 60 days.")
@click.option("--keep-sending", is_flag=True, help="Do not stop the campaign.")
@BY
@with_django
def accept(  # noqa: PLR0917 - click's options
    number: int,
    kind: str,
    words: str,
    wrongful: bool,  # noqa: FBT001 - click's flag
    keep_sending: bool,  # noqa: FBT001 - click's flag
    login: str,
) -> None:
    """Open what the system proposed as incident NUMBER; it counts as known since it was proposed."""
    from keizoku.campaigns.incidents import actions, queries

    opening = actions.Opening(
        kind=Kind(kind),
        words=words,
        known_on=queries.view(number).row.known_on,
        is_wrongful=wrongful,
        stops=not keep_sending,
    )
    actions.accept(number, opening, member(login, "incidents.use"))
    click.echo(f"incident {number} is open")


@command.command("dismiss")
@click.argument("number", type=int)
@click.option("--reason", required=True, help="Why it is none.")
@BY
@with_django
def dismiss(number: int, reason: str, login: str) -> None:
    """What the system proposed as incident NUMBER is none."""
    from keizoku.campaigns.incidents import actions

    actions.dismiss(number, reason=reason, staff=member(login, "incidents.use"))
    click.echo(f"incident {number} is dismissed")


@command.command("recipients")
@click.argument("number", type=int)
@click.option("--out", type=NEW_FILE, required=True, help="The file (CSV).")
@click.option("--request", type=int, help="Number of the approved request (keizoku export).")
@BY
@with_django
def recipients_command(number: int, out: Path, request: int | None, login: str) -> None:
    """Write who received it, by customer numbers, into a file that only you can read; it leaves its entries.

    More than one person needs a request that somebody else approved: keizoku export ask.
    """
    from keizoku.campaigns.incidents import queries, recipients

    content = recipients.export(number, member(login, "incidents.export"), request=request)
    write_new(out, content)
    click.echo(f"{queries.view(number).row.people} people are in {out}")


@command.command("correct")
@click.argument("number", type=int)
@BY
@with_django
def correct(number: int, login: str) -> None:
    """Draft a campaign to exactly the recipients, with words of apology to be edited; it is approved as any other."""
    from keizoku.campaigns.incidents import actions

    campaign = actions.draft_correction(number, member(login, "campaigns.edit"))
    click.echo(f"campaign {campaign} is a draft; look at it: keizoku campaign show {campaign}")


@command.command("deadline")
@click.argument("number", type=int)
@with_django
def deadline(number: int) -> None:
    """By when the leak of incident NUMBER must be reported, as JSON; the day of knowing is the first day."""
    from keizoku.campaigns.incidents import queries

    view = queries.view(number)
    if view.days is None:
        raise click.ClickException("only a leak is reported by a day")
    told = {
        "known_on": view.row.known_on.isoformat(),
        "must_be_reported": view.must_report,
        "preliminary_aim": view.days.aim.isoformat(),
        "preliminary": view.days.preliminary.isoformat(),
        "preliminary_reported": view.preliminary_at is not None,
        "final": view.days.final.isoformat(),
        "final_reported": view.final_at is not None,
    }
    click.echo(json.dumps(told, ensure_ascii=False))


@command.command("report")
@click.argument("number", type=int)
@click.option("--final", "is_final", is_flag=True, help="The final report (default: the preliminary one).")
@click.option("--words", required=True, help="To whom, when, under which number; or why none is needed.")
@BY
@with_django
def report(number: int, is_final: bool, words: str, login: str) -> None:  # noqa: FBT001 - click's flag
    """Write down that a report of the leak was made."""
    from keizoku.campaigns.incidents import actions

    actions.reported(number, is_final=is_final, words=words, staff=member(login, "incidents.use"))
    click.echo("written down")


@command.command("withdraw")
@click.argument("number", type=int)
@click.option("--count", type=int, required=True, help="How many people are waited for, as `show` tells it.")
@BY
@with_django
def withdraw(number: int, count: int, login: str) -> None:
    """Take no more answers to the wrong campaign, so that another one reaches these people."""
    from keizoku.campaigns.incidents import actions

    some = actions.withdraw_reviews(number, typed_count=count, staff=member(login, "incidents.use"))
    click.echo(f"{some} reviews are withdrawn")


@command.command("keep-open")
@click.argument("number", type=int)
@click.option("--reason", required=True, help="What is still to be done.")
@BY
@with_django
def keep_open(number: int, reason: str, login: str) -> None:
    """The end was asked for, and it is not over yet."""
    from keizoku.campaigns.incidents import actions

    actions.keep_open(number, reason=reason, staff=member(login, "incidents.use"))
    click.echo(f"incident {number} goes on")


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
