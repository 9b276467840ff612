"""``keizoku desk``: the review desk's queue and loads, cases given to people, cases that rest; no value of a customer."""

from typing import TYPE_CHECKING

import click

from keizoku.cli.acting import BY
from keizoku.cli.process import with_django

if TYPE_CHECKING:
    from datetime import datetime, timedelta


@click.group("desk")
def command() -> None:
    """The review desk."""


@command.command("queue")
@BY
@click.option(
    "--filter", "query", default="", help="As in the page's address, such as 'level=high&due=late'."
)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
@with_django
def queue_command(login: str, query: str, limit: int) -> None:
    """Cases that wait, the soonest due first."""
    from django.http import QueryDict

    from keizoku.cli.acting import member
    from keizoku.console.forms.desk import QueueForm
    from keizoku.reviews import queries

    staff = member(login, "reviews.read")
    wanted = QueueForm.read(QueryDict(query)).wanted()
    for row in queries.queue(limit=limit, wanted=wanted, staff_id=staff.pk):
        person = f" 職員 {row.assigned_to}" if row.assigned_to else ""
        rest = f" {_moment(row.snoozed_until)}まで後回し" if row.snoozed_until else ""
        click.echo(
            f"{row.review_id}: {row.code} 期限 {_moment(row.due_at)} {row.state_words}"
            f" リスク {row.level or '未評価'}{person}{rest}"
        )
    click.echo(f"全{queries.count(wanted, staff.pk).asked()}件")


@command.command("assign")
@click.argument("review", type=int)
@click.option("--to", help="Login of the reviewer; without it the case goes back to all.")
@BY
@with_django
def assign_command(review: int, to: str | None, login: str) -> None:
    """Give case REVIEW to one reviewer."""
    from keizoku.cli.acting import by_login
    from keizoku.reviews.actions import give_case

    give_case(review, by_login(to).pk if to else None, by_login(login))
    click.echo(f"案件 {review} を{to}に割り当てました。" if to else f"案件 {review} の割り当てを解きました。")


@command.command("snooze")
@click.argument("review", type=int)
@click.option(
    "--until", type=click.DateTime(["%Y-%m-%dT%H:%M"]), required=True, help="When it comes back, in Tokyo."
)
@click.option("--reason", required=True, help="document, customer, colleague or appointment.")
@BY
@with_django
def snooze_command(review: int, until: "datetime", reason: str, login: str) -> None:
    """Let case REVIEW rest."""
    from keizoku.cli.acting import by_login
    from keizoku.kernel.clock import TOKYO
    from keizoku.reviews.actions import snooze

    snooze(review, until.replace(tzinfo=TOKYO), reason, by_login(login))
    click.echo(f"案件 {review} を{until:%Y-%m-%d %H:%M}まで後回しにしました。")


@command.command("board")
@BY
@with_django
def board_command(login: str) -> None:
    """Loads by person, and what is late by state and level."""
    from keizoku.accounts.queries import display_names
    from keizoku.cli.acting import member
    from keizoku.reviews import queries
    from keizoku.reviews.rules.service_levels import LEVEL_WORDS
    from keizoku.reviews.rules.states import STATE_WORDS

    member(login, "reviews.supervise")
    board = queries.board()
    names = display_names([row.staff_id for row in board.loads if row.staff_id])
    for load in board.loads:
        who = names.get(load.staff_id, f"職員 {load.staff_id}") if load.staff_id else "決まっていない"
        age = _days(load.median_age)
        click.echo(
            f"{who}: {load.open}件（期限超過 {load.late}件、待ち時間の中央値 {age}）今日の決定 {load.decided_today}件"
        )
    for group in board.groups:
        if group.open:
            name = f"{STATE_WORDS[group.state]}・リスク{LEVEL_WORDS[group.level]}"
            click.echo(f"{name}: {group.open}件（期限超過 {group.late}件、{group.days}営業日）")
    click.echo(f"7日間の決定 {board.decided}件、うち期限のあと {board.decided_late}件")


def _moment(at: "datetime") -> str:
    from keizoku.kernel.clock import TOKYO

    return f"{at.astimezone(TOKYO):%Y-%m-%d %H:%M}"


def _days(age: "timedelta | None") -> str:
    return "—" if age is None else f"{age.total_seconds() / 86_400:.1f}日"
