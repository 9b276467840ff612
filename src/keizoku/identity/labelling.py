"""What a decided case truly was: written down by somebody who did not decide it, so that checks can be measured by it."""

from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.identity.errors import LabelRefused
from keizoku.identity.models import Decision, Label, Verification
from keizoku.identity.rules.deciding import Truth
from keizoku.identity.rules.states import State

PERMISSION: Final = "identity.label"


@transaction.atomic
def label(verification_id: int, truth: Truth, staff: Staff) -> None:
    """Write down what a decided case was, once.

    Raises:
        NotPermitted: the actor may not.
        LabelRefused: it is not decided, labelled already, or the actor decided it.
    """
    authorise(staff.actor, PERMISSION)
    row = Verification.objects.select_for_update().get(id=verification_id)
    if State(row.state) not in (State.PASSED, State.REFUSED):
        raise LabelRefused
    if Decision.objects.filter(verification=row, decided_by=staff).exists():
        raise LabelRefused
    try:
        with transaction.atomic():
            Label.objects.create(
                verification=row, truth=truth.value, labelled_by=staff, labelled_at=timezone.now()
            )
    except IntegrityError:
        raise LabelRefused from None
    audit.record(
        actor=staff.actor,
        action="identity.case.labelled",
        subject=("verification", row.id),
        details={"truth": truth.value},
    )


def labelled() -> int:
    """How many cases of this institution are labelled."""
    return Label.objects.count()
