"""``keizoku methods``: which methods of verification the law allows, who confirmed its rows, what is in use here."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from keizoku.cli.acting import BY, actor_of
from keizoku.cli.process import with_django

if TYPE_CHECKING:
    from keizoku.identity.methods.rules.choosing import Question

NUMBER = click.argument("number", type=int)
STATUTES = ("proceeds_of_crime", "mobile_phone", "second_hand", "individual_number")
USES = ("ongoing_check", "procedure")
WHO = ("resident", "outside_register", "representative", "corporation")


@click.group("methods")
def command() -> None:
    """The law of verification as a table: one signs that a row was read, another approves; switches likewise."""


@command.command("list")
@click.option("--statute", default="proceeds_of_crime", help="Such as proceeds_of_crime.")
@click.option(
    "--on", "on", default="", help="Only the rows of this day, as 2027-04-01; without it all of them."
)
@with_django
def list_command(statute: str, on: str) -> None:
    """Print the rows of a statute as JSON lines: letter, interval, source, confirmed or not."""
    from keizoku.identity.methods import queries

    day = _day(on) if on else None
    for one in queries.rows_of(statute):
        if day is not None and not one.row.holds_on(day):
            continue
        told = {
            "key": one.row.key,
            "method": one.row.method,
            "name": one.name,
            "letter": one.row.letter,
            "published": list(one.row.published),
            "from": one.row.valid_from.isoformat(),
            "until": one.row.until.isoformat() if one.row.until else None,
            "who": list(one.row.who),
            "evidence": [list(group) for group in one.row.evidence],
            "requires": list(one.row.requires),
            "mark": one.row.source.mark,
            "source": one.row.source.title,
            "status": "confirmed" if one.is_confirmed else "unconfirmed",
            "waiting": one.waiting.id if one.waiting else None,
            "is_on": one.is_on,
        }
        click.echo(json.dumps(told, ensure_ascii=False))


def _asked(command: Callable[..., None]) -> Callable[..., None]:
    """The options that make a question."""
    for option in (
        click.option(
            "--not-again", default="", help="The method that a heightened transaction may not repeat."
        ),
        click.option("--limited", is_flag=True, help="The transaction is one that the rule names."),
        click.option("--age", type=int, default=None),
        click.option("--who", type=click.Choice(WHO), default="resident", show_default=True),
        click.option("--on", "on", default="", help="As 2027-04-01; today in business time without it."),
        click.option("--use", "use", type=click.Choice(USES), default=None, help="In place of a statute."),
        click.option(
            "--statute", type=click.Choice(STATUTES), default="proceeds_of_crime", show_default=True
        ),
    ):
        command = option(command)
    return command


@command.command("why")
@_asked
@with_django
def why(**asked: Any) -> None:
    """Print which methods are allowed, the preferred first, and why each other one is not."""
    from keizoku.identity.methods import queries

    found = queries.answer(_question(**asked))
    click.echo(found.words)
    for allowed in found.allowed:
        letter = f" {allowed.row.letter}" if allowed.row else ""
        click.echo(f"○ {allowed.method.id}{letter} {allowed.method.name}")
    for refused in found.refused:
        click.echo(f"× {refused.method.id} {refused.method.name}")
        for reason in refused.reasons:
            cited = f"（{reason.source}）" if reason.source else ""
            click.echo(f"    {reason.code}: {reason.words}{cited}")


@command.command("resting")
@click.option(
    "--method", default=None, help="List its customers as JSON lines: No. and day; without it, counts."
)
@click.option(
    "--statute", default="", help="Such as proceeds_of_crime; without it, uses that are no statute's."
)
@click.option("--use", type=click.Choice(USES), default="ongoing_check", show_default=True)
@with_django
def resting(method: str | None, statute: str, use: str) -> None:
    """Print on which method whose last verification rests; No. and days alone."""
    from keizoku.identity.methods import resting as found
    from keizoku.identity.rules.purposes import LegalUse

    if method is None:
        for one in found.counts(None):
            told: dict[str, object] = {
                "legal_use": one.ground.legal_use,
                "statute": one.ground.statute,
                "method": one.ground.method,
                "customers": one.count,
                "first_on": one.first_on.isoformat(),
                "last_on": one.last_on.isoformat(),
            }
            click.echo(json.dumps(told, ensure_ascii=False))
        return
    ground = found.Ground(LegalUse.STATUTORY if statute else LegalUse(use), statute, method)
    for each in found.everybody(ground, None):
        told = {
            "customer": each.customer_id,
            "verification": each.verification_id,
            "letter": each.letter,
            "verified_on": each.verified_on.isoformat(),
        }
        click.echo(json.dumps(told, ensure_ascii=False))


@command.command("sign")
@click.argument("key")
@click.option("--where", required=True, help="Where the primary text was read, such as an address at e-Gov.")
@click.option("--read-on", "read_on", required=True, help="Day on which it was read, as 2026-11-21.")
@BY
@with_django
def sign(key: str, where: str, read_on: str, login: str) -> None:
    """Sign that the primary text of row KEY was read; another approves."""
    from keizoku.identity.methods import actions

    number = actions.sign(key, where=where, read_on=_day(read_on), actor=actor_of(login))
    _proposed(number)


@command.command("switch")
@click.argument("scope")
@click.argument("method")
@click.argument("state", type=click.Choice(["on", "off"]))
@click.option("--reason", required=True, help="Why; no names of people.")
@BY
@with_django
def switch(scope: str, method: str, state: str, reason: str, login: str) -> None:
    """Ask to use METHOD in SCOPE (a statute, ongoing_check or procedure), or not to; another approves."""
    from keizoku.identity.methods import actions

    _proposed(actions.switch(scope, method, is_on=state == "on", reason=reason, actor=actor_of(login)))


@command.command("register")
@click.argument("registration", type=click.Choice(["signature_verifier", "wallet_program"]))
@click.argument("state", type=click.Choice(["held", "ended"]))
@click.option("--reference", required=True, help="Number and day of the registration.")
@BY
@with_django
def register(registration: str, state: str, reference: str, login: str) -> None:
    """Ask to note that the institution holds REGISTRATION, or no more; another approves."""
    from keizoku.identity.methods import actions
    from keizoku.identity.methods.rules.codes import Registration

    held = state == "held"
    _proposed(
        actions.register(Registration(registration), is_held=held, reference=reference, actor=actor_of(login))
    )


@command.command("accredit")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@BY
@with_django
def accredit(file: Path, login: str) -> None:
    """Ask to take the results of the provider that FILE (JSON, docs/identity.md) describes; another approves."""
    from keizoku.identity.methods import actions

    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError):
        raise click.ClickException(f"{file} is no JSON") from None
    _proposed(actions.accredit(document, actor_of(login)))


@command.command("proposals")
@click.option("--all", "is_all", is_flag=True, help="Those in force too, not only those that wait.")
@with_django
def proposals(*, is_all: bool) -> None:
    """Print what waits for another person, as JSON lines."""
    from keizoku.identity.methods import queries

    for one in [*queries.waiting(), *(queries.in_force() if is_all else [])]:
        told = {
            "id": one.id,
            "kind": one.kind,
            "subject": one.subject,
            "state": one.state,
            "content": one.content,
            "made_by": one.made_by,
            "decided_by": one.decided_by,
            "digest": one.digest,
        }
        click.echo(json.dumps(told, ensure_ascii=False))


@command.command("approve")
@NUMBER
@BY
@with_django
def approve(number: int, login: str) -> None:
    """Show proposal NUMBER, and put it in force after its subject was typed."""
    from keizoku.identity.methods import actions, queries

    one = queries.proposal(number)
    click.echo(f"{one.kind_words}: {one.subject}")
    click.echo(json.dumps(one.content, ensure_ascii=False, indent=2))
    if click.prompt("対象の名前（1行目の : のあと）を入力してください") != one.subject:
        raise click.ClickException("名前が違います。何も変えていません。")
    actions.approve(number, actor_of(login), digest=one.digest)
    click.echo("in force")


@command.command("decline")
@NUMBER
@BY
@with_django
def decline(number: int, login: str) -> None:
    """Refuse proposal NUMBER."""
    from keizoku.identity.methods import actions

    actions.decline(number, actor_of(login))
    click.echo("declined")


@command.command("withdraw")
@NUMBER
@BY
@with_django
def withdraw(number: int, login: str) -> None:
    """Take back proposal NUMBER, which waits."""
    from keizoku.identity.methods import actions

    actions.withdraw(number, actor_of(login))
    click.echo("withdrawn")


@command.command("end")
@NUMBER
@BY
@with_django
def end(number: int, login: str) -> None:
    """End confirmation or provider NUMBER at once; one person may."""
    from keizoku.identity.methods import actions

    actions.end(number, actor_of(login))
    click.echo("ended")


def _question(
    *, statute: str, use: str | None, on: str, who: str, age: int | None, limited: bool, not_again: str
) -> "Question":
    from keizoku.identity.methods.rules.choosing import Question
    from keizoku.identity.methods.rules.codes import Who
    from keizoku.identity.rules.purposes import LegalUse
    from keizoku.kernel.clock import business_today

    return Question(
        legal_use=LegalUse(use) if use else LegalUse.STATUTORY,
        on=_day(on) if on else business_today(),
        who=Who(who),
        statute="" if use else statute,
        age=age,
        is_limited=limited,
        not_again=not_again,
    )


def _proposed(number: int) -> None:
    click.echo(f"proposal {number} waits; another approves: keizoku methods approve {number} --by LOGIN")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.ClickException(f"{text} is no day; write it as 2026-04-01") from None
