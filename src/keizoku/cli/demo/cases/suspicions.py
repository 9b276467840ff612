"""Facts of suspicion, an override that waits for its approval, and returned mail."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from keizoku.cli.demo.cases.chosen import Chosen

if TYPE_CHECKING:
    from keizoku.kernel.actor import Actor


def suspect(chosen: list[Chosen], compliance: "Actor", today: date) -> None:
    from keizoku.risk import circumstances
    from keizoku.risk.rules.matter import SUSPICIONS as MATTERS

    until = today + timedelta(days=180)
    for one, matter in zip(chosen, MATTERS, strict=True):
        circumstances.record_suspicion(
            one.id, matter, until_on=until, note="デモの例です。", actor=compliance, today=today
        )


def ask_for_override(one: Chosen, compliance: "Actor", today: date) -> None:
    from keizoku.risk import circumstances
    from keizoku.risk.rules.scale import Level

    circumstances.request_override(
        one.id,
        Level.MEDIUM,
        until_on=today + timedelta(days=90),
        reason="取引の内容を担当者に確かめています。",
        actor=compliance,
        today=today,
    )


def return_mail(chosen: list[Chosen], reviewer: "Actor", today: date) -> None:
    from keizoku.risk import events
    from keizoku.risk.rules.scale import EventKind

    for days_ago, one in enumerate(chosen, start=1):
        day = today - timedelta(days=days_ago)
        events.record_event(one.id, EventKind.RETURNED_MAIL, day, reviewer, today)
