"""From one state to the next: a conditional update whose count is checked, within the caller's transaction."""

from keizoku.identity.errors import VerificationOver
from keizoku.identity.models import Verification
from keizoku.identity.rules.states import State, may_follow
from keizoku.kernel.clock import business_now


def move(row: Verification, following: State, **changes: object) -> None:
    """Move the verification on, its row too.

    Raises:
        VerificationOver: somebody else moved it meanwhile.
    """
    before, now = State(row.state), business_now()
    if not may_follow(before, following):
        raise VerificationOver
    changed = {"state": following.value, "state_since": now, "escalated_at": None, **changes}
    moved = Verification.objects.filter(id=row.id, state=before, round=row.round).update(**changed)
    if moved != 1:
        raise VerificationOver
    for name, value in changed.items():
        setattr(row, name, value)
