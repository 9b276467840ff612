"""``keizoku policy``: by which policy plain answers are approved without a person."""

import json
from datetime import date
from pathlib import Path

import click

from keizoku.cli.acting import BY, actor_of
from keizoku.cli.process import with_django

NUMBER = click.argument("number", type=int)


@click.group("policy")
def command() -> None:
    """Automatic approval: one person drafts a policy and tries it, another approves it, either stops it."""


@command.command("list")
@with_django
def list_command() -> None:
    """Print all versions as JSON lines, the newest first."""
    from keizoku.reviews.policies import queries

    for row in queries.versions():
        told = {
            "id": row.id,
            "version": row.version,
            "state": row.state,
            "title": row.title,
            "made_by": row.made_by,
            "approved_by": row.approved_by,
            "judged": row.judged,
            "approved": row.approved,
            "digest": row.digest,
        }
        click.echo(json.dumps(told, ensure_ascii=False))


@command.command("show")
@NUMBER
@with_django
def show(number: int) -> None:
    """Print version NUMBER (its id) in words, with its newest trial."""
    from keizoku.reviews.policies import queries

    row = queries.version(number)
    click.echo(f"{row.title}（第{row.version}版・{row.state_words}）")
    for matter, words in row.words:
        click.echo(f"{matter}: {words}")
    _print_trial(number)


@command.command("standard")
@with_django
def standard() -> None:
    """Print the text to begin with: the active policy's, or the standard's, under the next free number."""
    from keizoku.reviews.policies import queries

    click.echo(queries.next_draft(), nl=False)


@command.command("draft")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@BY
@with_django
def draft(file: Path, login: str) -> None:
    """Store FILE (TOML) as a draft; its text never changes."""
    from keizoku.reviews.policies import actions

    number = actions.draft(file.read_text(encoding="utf-8"), actor_of(login))
    click.echo(
        f"draft {number} is stored; try it: keizoku policy try {number} --from DAY --to DAY --by LOGIN"
    )


@command.command("try")
@NUMBER
@click.option("--from", "first_on", required=True, help="First day of the answers, as 2026-04-01.")
@click.option("--to", "last_on", required=True, help="Last day of the answers.")
@BY
@with_django
def try_out(number: int, first_on: str, last_on: str, login: str) -> None:
    """Try draft NUMBER on answers that people have decided; nothing of any customer changes."""
    from keizoku.reviews.policies import actions

    actions.try_out(number, _day(first_on), _day(last_on), actor_of(login))
    _print_trial(number)


@command.command("request")
@NUMBER
@BY
@with_django
def request(number: int, login: str) -> None:
    """Ask for the approval of draft NUMBER, which was tried."""
    from keizoku.reviews.policies import actions

    actions.request(number, actor_of(login))
    click.echo(f"requested; another approves: keizoku policy approve {number} --by LOGIN")


@command.command("approve")
@NUMBER
@BY
@with_django
def approve(number: int, login: str) -> None:
    """Show version NUMBER with its trial, and put it in force after the trial's number was typed."""
    from keizoku.reviews.policies import actions, queries

    row, trial = queries.version(number), queries.latest_trial(number)
    for matter, words in row.words:
        click.echo(f"{matter}: {words}")
    _print_trial(number)
    if (
        trial is None
        or click.prompt("試算で自動承認になる件数を入力してください", type=int) != trial.approved
    ):
        raise click.ClickException("件数が違います。何も変えていません。")
    actions.approve(number, actor_of(login), digest=row.digest)
    click.echo("in force: answers that are handed in from now on are judged by it")


@command.command("send-back")
@NUMBER
@BY
@with_django
def send_back(number: int, login: str) -> None:
    """Make requested version NUMBER a draft again."""
    from keizoku.reviews.policies import actions

    actions.send_back(number, actor_of(login))
    click.echo("a draft again")


@command.command("withdraw")
@NUMBER
@BY
@with_django
def withdraw(number: int, login: str) -> None:
    """Give draft NUMBER up."""
    from keizoku.reviews.policies import actions

    actions.withdraw(number, actor_of(login))
    click.echo("withdrawn")


@command.command("stop")
@BY
@with_django
def stop(login: str) -> None:
    """Stop automatic approval at once: from now on people decide everything."""
    from keizoku.reviews.policies import actions

    click.echo(f"version {actions.stop(actor_of(login))} is stopped; people decide everything")


@command.command("judged")
@click.argument("review", type=int)
@with_django
def judged(review: int) -> None:
    """Print what was judged of REVIEW (its number), condition by condition."""
    from keizoku.reviews.policies import queries

    for row in queries.judgements(review):
        click.echo(f"{row.round}回目 第{row.policy}版 {'自動承認' if row.is_approved else '人が決める'}")
        for holds, words in row.conditions:
            click.echo(f"  {'○' if holds else '×'} {words}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.ClickException(f"{text} is no day; write it as 2026-04-01") from None


def _print_trial(number: int) -> None:
    from keizoku.reviews.policies import queries
    from keizoku.reviews.policies.trying import NOT_JUDGED

    trial = queries.latest_trial(number)
    if trial is None:
        click.echo("not tried yet")
        return
    click.echo(
        f"試算（{trial.first_on}〜{trial.last_on}）: 回答{trial.answers}件のうち{trial.approved}件を自動承認、"
        f"そのうち人も承認したのは{trial.agreed}件"
    )
    for words, count in trial.failed:
        click.echo(f"  人が決める {count}件: {words}")
    for outcome, reason, count in trial.outcomes:
        click.echo(f"  人の決定 {count}件: {outcome}・{reason}")
    click.echo(NOT_JUDGED)
