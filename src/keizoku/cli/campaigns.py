"""``keizoku campaign``: draft from a file, show, request, approve, confirm the first wave, pause, resume, stop."""

import json
from pathlib import Path

import click

from keizoku.cli.acting import BY, member
from keizoku.cli.journeys import content_of
from keizoku.cli.process import with_django

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
COUNT = click.option(
    "--count", type=int, required=True, help="The number of people that it is about, as the page shows it."
)


@click.group("campaign")
def command() -> None:
    """Campaigns: one drafts and requests, another approves; what was approved is sent (docs/journeys.md)."""


@command.command("list")
@with_django
def listing() -> None:
    """Number, state, people and name of all campaigns, the newest first."""
    from keizoku.campaigns.queries import before

    behind = None
    while some := before(behind):
        behind = some[-1].id
        for row in some:
            people = "—" if row.count is None else row.count
            click.echo(f"{row.id}\t{row.state_words}\t{people}\t{row.name}")


@command.command("draft")
@click.argument("file", type=FILE)
@click.option("--number", type=int, help="Change this draft (default: a new one).")
@BY
@with_django
def draft(file: Path, number: int | None, login: str) -> None:
    """Make a draft of FILE (TOML or JSON): name, audience, courses with journey and questionnaire, days to answer."""
    from keizoku.campaigns import composing

    staff = member(login, "campaigns.edit")
    composition = composing.read(content_of(file))
    if number is None:
        number = composing.draft(composition, staff)
    else:
        composing.edit(number, composition, staff)
    click.echo(f"campaign {number} is a draft; look at it: keizoku campaign show {number}")


@command.command("show")
@click.argument("number", type=int)
@with_django
def show(number: int) -> None:
    """What campaign NUMBER would send to how many, course by course, as JSON."""
    from keizoku.campaigns.journeys.rules import calendar, pace
    from keizoku.campaigns.queries import view

    found = view(number)
    told = {
        "number": number,
        "name": found.row.name,
        "state": found.row.state.value,
        "audience": found.audience_words,
        "matching": found.counts.matching,
        "included": found.counts.included,
        "excluded": found.counts.excluded,
        "cost_yen_at_most": str(found.counts.cost_yen),
        "answer_days": found.answer_days,
        "courses": [
            {
                "name": course.name,
                "condition": course.condition_words,
                "journey": course.journey,
                "version": course.version,
                "questionnaire": course.questionnaire_words,
                "hours": calendar.in_words(course.calendar),
                "limit": pace.in_words(course.pace),
                "people": course.people,
                "cost_yen_at_most": str(course.cost_yen),
                "steps": [
                    {
                        "channel": step.channel,
                        "wait_days": step.wait_days,
                        "condition": step.condition_words,
                        "limit": pace.in_words(step.pace),
                        "people": step.people,
                        "yen_a_delivery": str(step.price_yen),
                    }
                    for step in course.steps
                ],
            }
            for course in found.courses
        ],
    }
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))


@command.command("numbers")
@click.argument("number", type=int)
@click.option("--json", "as_json", is_flag=True, help="Everything, as JSON (default: a table with tabs).")
@with_django
def numbers(number: int, *, as_json: bool) -> None:
    """Funnel, answers per send with 95 % intervals, cost per answer and forecast of campaign NUMBER."""
    from keizoku.campaigns.numbers import queries, telling

    found = queries.numbers(number)
    told = telling.told(found)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    for row in (telling.HEADER, *telling.rows(found)):
        click.echo("\t".join(str(cell) for cell in row))
    click.echo(f"forecast: {json.dumps(told['forecast'], ensure_ascii=False)}")


@command.command("request")
@click.argument("number", type=int)
@BY
@with_django
def request(number: int, login: str) -> None:
    """Freeze the audience of draft NUMBER and ask a second person."""
    from keizoku.campaigns import actions
    from keizoku.campaigns.queries import view

    actions.request_approval(number, member(login, "campaigns.edit"))
    click.echo(f"campaign {number} waits for an approver: {view(number).row.count} people")


@command.command("approve")
@click.argument("number", type=int)
@COUNT
@BY
@with_django
def approve(number: int, count: int, login: str) -> None:
    """Approve what was requested, as somebody who made and edited none of it."""
    from keizoku.campaigns import actions

    actions.approve(number, typed_count=count, staff=member(login, "campaigns.approve"))
    click.echo(f"campaign {number} is approved")


@command.command("send-back")
@click.argument("number", type=int)
@click.option("--reason", required=True, help="What is to be mended; its maker reads it.")
@BY
@with_django
def send_back(number: int, reason: str, login: str) -> None:
    """Make a request a draft again, with the reason."""
    from keizoku.campaigns import actions

    actions.send_back(number, reason=reason, staff=member(login, "campaigns.read"))
    click.echo(f"campaign {number} is a draft again")


@command.command("confirm-first-wave")
@click.argument("number", type=int)
@COUNT
@BY
@with_django
def confirm_first_wave(number: int, count: int, login: str) -> None:
    """After a look at how the first wave went: write to everybody else (their number is typed)."""
    from keizoku.campaigns import actions

    actions.confirm_first_wave(number, typed_count=count, staff=member(login, "campaigns.read"))
    click.echo(f"campaign {number} goes on")


@command.command("pause")
@click.argument("number", type=int)
@BY
@with_django
def pause(number: int, login: str) -> None:
    """Send nothing more until it is resumed."""
    from keizoku.campaigns import actions

    actions.pause(number, member(login, "campaigns.read"))
    click.echo(f"campaign {number} is paused")


@command.command("resume")
@click.argument("number", type=int)
@click.option("--seen-halt", type=int, help="Number of the system's halt whose figures you have looked at.")
@BY
@with_django
def resume(number: int, seen_halt: int | None, login: str) -> None:
    """Go on where it was paused. What the system halted goes on only with the halt's number, shown with its figures."""
    from keizoku.campaigns import actions
    from keizoku.campaigns.approval.queries import halt_of

    staff = member(login, "campaigns.read")
    halt = halt_of(number)
    if halt is not None and seen_halt != halt.id:
        raise click.ClickException(
            f"the system halted it at {halt.at:%Y-%m-%d %H:%M} UTC: of {halt.before.total} messages by {halt.channel} "
            f"{halt.before.accepted} had been accepted, and lately {halt.lately.accepted} of {halt.lately.total}; "
            f"find out why, then: keizoku campaign resume {number} --seen-halt {halt.id} --by {login}"
        )
    actions.resume(number, staff, seen_halt=seen_halt)
    click.echo(f"campaign {number} goes on")


@command.command("stop")
@click.argument("number", type=int)
@BY
@with_django
def stop(number: int, login: str) -> None:
    """End the sending for good; letters that are not printed yet are called off."""
    from keizoku.campaigns import actions
    from keizoku.delivery.letters import calling_off

    letters = calling_off.stand(number)
    actions.stop(number, member(login, "campaigns.read"))
    click.echo(f"campaign {number} is stopped")
    if letters.has_any:
        click.echo(
            f"letters: {letters.left} are being called off, {letters.printed} are printed and will arrive, "
            f"{letters.called_off} were called off before"
        )
