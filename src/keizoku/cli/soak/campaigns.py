"""Keeps something being sent: one part of the customers after another, and the business clock where nothing is left."""

from typing import Final

from rich.console import Console

from keizoku.cli.demo.outside import ClockRelay
from keizoku.cli.soak.house import patiently

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
        self._left = 2  # steps after the last launch

    @property
    def is_over(self) -> bool:
        return not self._months and not self._left

    def look_after(self) -> None:
        """What staff would do meanwhile: confirm first waves, resume what was halted."""
        self._relay.follow()

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
    from keizoku.campaigns.queries import funnel
    from keizoku.delivery.queries import has_open_chunks

    return has_open_chunks(campaign_id) or not any(step.planned for step in funnel(campaign_id).steps)


def _launch(month: int) -> int:
    """By two people, as everywhere; harmless when it is done again after a crash in between."""
    from django.db import transaction

    from keizoku.accounts.models import Staff
    from keizoku.campaigns import actions, composing, defaults
    from keizoku.campaigns.queries import view

    operator, approver = (Staff.objects.get(login=login) for login in ("operator", "approver"))
    composition = composing.Composition(
        name=f"耐久試験 {month}月生まれ",
        audience={"all": [{"field": "birth_month", "operator": "equals", "value": month}]},
        steps=[defaults.LINE, defaults.EMAIL, defaults.SMS],
        answer_days=ANSWER_DAYS,
    )
    with transaction.atomic():
        campaign = composing.draft(composition, operator)
        actions.request_approval(campaign, operator)
        count = view(campaign).row.count
        assert count is not None
        actions.approve(campaign, typed_count=count, staff=approver)
    return campaign


def _advance() -> None:
    from datetime import timedelta

    from keizoku.kernel.clock import advance

    advance(timedelta(days=DAYS_A_STEP))
