"""The task of a case that needs a person: opened with the call for one, ended with the case."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from keizoku.customers.casework import actions as casework
from keizoku.customers.casework.actions import Owner
from keizoku.customers.casework.rules import TaskKind
from keizoku.kernel.actor import Actor
from keizoku.reviews.models import Review
from keizoku.reviews.rules.reasons import HELP_WORDS, HelpKind

ANSWER_WITHIN: Final = timedelta(days=3)


def open_for(review: Review, kind: HelpKind, today: date, *, actor: Actor) -> None:
    """For the reviewers, due in three days; a case has one open task at most. Staff were told it on the phone."""
    by_phone = actor.kind == "staff"
    where = "電話で" if by_phone else "お客さまのページから"
    casework.open_task(
        TaskKind.HELP,
        f"{where}の申し出：{HELP_WORDS[kind]}",
        owner=Owner(role="reviewer"),
        due_on=today + ANSWER_WITHIN,
        actor=actor,
        today=today,
        customer_id=review.customer_id,
        origin=_origin(review.id),
        under="phone_desk.use" if by_phone else "tasks.use",
    )


def end_for(review_ids: Iterable[int], actor: Actor) -> None:
    """What the cases needed a person for is settled."""
    for review_id in review_ids:  # few: only cases that called for a person have a task
        casework.end_for(_origin(review_id), actor=actor)


def _origin(review_id: int) -> str:
    return f"review:{review_id}"
