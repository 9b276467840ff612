"""Keeps something being sent: one part of the customers after another, and the business clock where nothing is left."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from rich.console import Console

from keizoku.cli.demo.outside import ClockRelay
from keizoku.cli.soak.house import patiently

if TYPE_CHECKING:
    from keizoku.campaigns.rules import StepPlan
    from keizoku.kernel.actor import Actor

PARTS: Final = 12  # by month of birth: disjoint, and about equal
DAYS_A_STEP: Final = 8
ANSWER_DAYS: Final = 60


class Campaigns:
    """``ids`` are those launched so far."""

    def __init__(self, relay: ClockRelay, console: Console) -> None:
        self.ids: list[int] = []
        self._relay = relay
        self._console = console
        self._months = list(range(1, PARTS + 1))
        self._left = 3  # steps after the last launch

    @property
    def is_over(self) -> bool:
        return not self._months and not self._left

    def look_after(self) -> None:
        """The sandbox's clock follows; what waits for a person is attended to."""
        self._relay.follow()
        patiently(lambda: _attend(self.ids))

    def next(self) -> None:
        """Launch the next part, or, when all are launched, go on by a step; every second launch moves the clock too."""
        if self._months:
            self.ids.append(patiently(lambda: _launch(self._months[0])))
            self._months.pop(0)
        elif self._left:
            self._left -= 1
        else:
            return
        if len(self.ids) % 2 == 0 or not self._months:
            patiently(_advance)
        self._console.print(f"  ・キャンペーン {len(self.ids)}件")

    def is_quiet(self) -> bool:
        """Whether nothing waits to be sent or planned now."""
        return patiently(lambda: not any(map(_is_busy, self.ids)))


def _is_busy(campaign_id: int) -> bool:
    from keizoku.campaigns.queries import funnel, state_of
    from keizoku.campaigns.rules import State
    from keizoku.delivery.queries import has_open_chunks

    if state_of(campaign_id) in {State.LAUNCHING, State.FIRST_WAVE, State.CHECKING, State.PAUSED}:
        return True
    return has_open_chunks(campaign_id) or not any(step.planned for step in funnel(campaign_id).steps)


def _attend(campaign_ids: Sequence[int]) -> None:
    """What a person would do: confirm first waves, resume what a fault has paused."""
    from keizoku.accounts.models import Staff
    from keizoku.campaigns import actions
    from keizoku.campaigns.approval.queries import first_wave_seen
    from keizoku.campaigns.queries import state_of
    from keizoku.campaigns.rules import State

    operator = Staff.objects.get(login="operator")
    for campaign in campaign_ids:
        state = state_of(campaign)
        if state is State.CHECKING:
            actions.confirm_first_wave(campaign, typed_count=first_wave_seen(campaign).rest, staff=operator)
        elif state is State.PAUSED:
            actions.resume(campaign, operator)


def _launch(month: int) -> int:
    """By two people, as everywhere; harmless when it is done again after a crash in between."""
    from django.db import transaction

    from keizoku.accounts.models import Staff
    from keizoku.campaigns import actions
    from keizoku.campaigns.queries import view

    operator, approver = (Staff.objects.get(login=login) for login in ("operator", "approver"))
    with transaction.atomic():
        campaign = actions.draft(
            name=f"耐久試験 {month}月生まれ",
            audience={"all": [{"field": "birth_month", "operator": "equals", "value": month}]},
            steps=_steps(operator.actor, letter_first=month % 2 == 0),
            answer_days=ANSWER_DAYS,
            staff=operator,
        )
        actions.request_approval(campaign, operator)
        count = view(campaign).row.count
        assert count is not None
        actions.approve(campaign, typed_count=count, staff=approver)
    return campaign


def _steps(actor: "Actor", *, letter_first: bool) -> "list[StepPlan]":
    """At any hour, so that a soak may run at night. The letter comes last, or first: so that few kills meet letters too."""
    from keizoku.campaigns import defaults
    from keizoku.campaigns.rules import StepPlan
    from keizoku.delivery.actions import write_message

    others = (defaults.LINE, defaults.EMAIL, defaults.SMS)
    steps = (defaults.LETTER, *others) if letter_first else (*others, defaults.LETTER)
    return [
        StepPlan(
            step.channel,
            (step.wait_days or defaults.EMAIL_AFTER_DAYS) if place else 0,
            write_message(
                channel=step.channel,
                name="耐久試験",
                subject=step.subject,
                body=step.body,
                button_label=step.button_label,
                actor=actor,
            ),
        )
        for place, step in enumerate(steps)
    ]


def _advance() -> None:
    from datetime import timedelta

    from keizoku.kernel.clock import advance

    advance(timedelta(days=DAYS_A_STEP))
