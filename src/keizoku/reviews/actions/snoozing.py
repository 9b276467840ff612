"""A case rests until an hour, with a reason, and comes back by itself; its due instant does not move."""

from datetime import datetime

from django.db import transaction

from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.kernel.clock import business_now
from keizoku.reviews.actions.assigning import locked
from keizoku.reviews.desk.models import DeskCase
from keizoku.reviews.errors import ReasonUnknown, SnoozeRefused
from keizoku.reviews.models import Review
from keizoku.reviews.permitted import refuse_unless
from keizoku.reviews.rules.service_levels import SnoozeReason, latest_snooze, may_snooze_until
from keizoku.reviews.rules.states import State


@transaction.atomic
def snooze(review_id: int, until: datetime, reason: str, staff: Staff) -> None:
    """Let a case rest; who held it lets it go.

    Raises:
        NotPermitted, StateChanged, HeldByAnother, ReasonUnknown: see there.
        SnoozeRefused: not in the future, too far in it, or the case waits too long already.
    """
    refuse_unless(staff, "reviews.decide")
    case = locked(review_id, staff)
    if reason not in set(SnoozeReason):
        raise ReasonUnknown
    now, state = business_now(), State(case.state)
    if Review.objects.filter(id=review_id, escalated_at__isnull=False).exists() or not may_snooze_until(
        until, state, case.since, now
    ):
        raise SnoozeRefused(latest_snooze(state, case.since, now))
    DeskCase.objects.filter(review_id=review_id).update(
        snoozed_until=until, snooze_reason=reason, held_by=None, held_until=None, draft=None
    )
    audit.record(
        actor=staff.actor,
        action="reviews.case.snoozed",
        subject=("review", review_id),
        details={"until": until.isoformat(), "reason": reason},
    )


@transaction.atomic
def wake(review_id: int, staff: Staff) -> None:
    """Bring a resting case back now. Doing so twice changes nothing.

    Raises:
        NotPermitted, StateChanged, HeldByAnother: see there.
    """
    refuse_unless(staff, "reviews.decide")
    locked(review_id, staff)
    resting = DeskCase.objects.filter(review_id=review_id, snoozed_until__isnull=False)
    if resting.update(snoozed_until=None, snooze_reason=""):
        audit.record(actor=staff.actor, action="reviews.case.woken", subject=("review", review_id))
