"""A capture's sitting, kept in the session: which verification, by whose token, and the way back.

Nothing personal is kept here. The token is the session's that was begun when the customer pressed the first button; the one
of the address was worth that one press.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import HttpRequest

from keizoku.identity import capturing, hosting
from keizoku.identity.capturing import Session
from keizoku.identity.rules.states import AWAITING_CUSTOMER
from keizoku.kernel.actor import Actor

_SITTING: Final = "portal.capture"
_MOMENTS: Final = "portal.capture.moments"
# Far more than any hand takes; the whole of a verification is counted by ``identity``.
MOST_A_MINUTE: Final = 40


@dataclass(frozen=True, slots=True)
class Sitting:
    """``back`` is the signed way back, "" for none."""

    session: Session
    back: str

    @property
    def way_back(self) -> str:
        found = hosting.read(self.back) if self.back else None
        return found.url if found else ""


def begin(request: HttpRequest, address: Session, back: str) -> None:
    """From here on this browser brings the pictures: it gets a session of its own, and a new key for its cookie.

    Raises:
        SessionOver: the address was used, or is too old.
    """
    _keep(request, hosting.take(address), back)


def begin_after_answer(request: HttpRequest, review_id: int, customer_id: int) -> None:
    """Somebody who was identified has answered: where pictures are asked for besides, this browser may bring them."""
    verification_id = hosting.awaited(review_id)
    if verification_id is not None:
        _keep(request, capturing.begin(verification_id, Actor.customer(customer_id)), back="")


def is_awaited(request: HttpRequest) -> bool:
    """Whether pictures are to be brought by this browser."""
    sitting = held(request)
    return sitting is not None and capturing.tell(sitting.session).state in AWAITING_CUSTOMER


def _keep(request: HttpRequest, session: Session, back: str) -> None:
    request.session.cycle_key()
    request.session[_SITTING] = {
        "id": session.id,
        "verification": session.verification_id,
        "token": session.token,
        "ends_at": session.ends_at.isoformat(),
        "back": back,
    }


def held(request: HttpRequest) -> Sitting | None:
    """What was begun in this browser, whether or not it still goes on."""
    kept = request.session.get(_SITTING)
    if not kept:
        return None
    ends_at = datetime.fromisoformat(kept["ends_at"])
    return Sitting(Session(kept["id"], kept["verification"], kept["token"], ends_at), kept["back"])


def hand_over(sitting: Sitting) -> str:
    """The address by which another browser or device goes on; this one's session is over with it.

    Raises:
        SessionOver: it went on somewhere else already.
    """
    token = hosting.take(sitting.session).token
    return hosting.address(token, hosting.read(sitting.back) if sitting.back else None)


def comes_too_often(request: HttpRequest) -> bool:
    """Count one picture of this browser; True when there were too many within a minute."""
    now = time.time()
    recent = [moment for moment in request.session.get(_MOMENTS, []) if moment > now - 60]
    request.session[_MOMENTS] = [*recent, now][-MOST_A_MINUTE:]
    return len(recent) >= MOST_A_MINUTE
