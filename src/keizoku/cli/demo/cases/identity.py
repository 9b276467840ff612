"""Somebody who wants to become a customer and is asked for pictures: the holder of ``keizoku sample film``'s licence."""

from typing import TYPE_CHECKING

from keizoku.sample import film

if TYPE_CHECKING:
    from keizoku.kernel.actor import Actor


def ask_for_pictures(operator: "Actor") -> None:
    """What was applied for is what the licence says, so that the comparison has something to find."""
    from keizoku.identity.asking import Request, ask
    from keizoku.identity.rules.purposes import LegalUse, Purpose

    ask(Request(Purpose.ACCOUNT_OPENING, LegalUse.PROCEDURE, applicant=film.holder()), operator)


def address() -> str:
    """Where the pictures are taken: a fresh address at each start, "" once they were."""
    from keizoku.identity import capturing, hosting
    from keizoku.identity.models import Verification
    from keizoku.identity.rules.states import AWAITING_CUSTOMER
    from keizoku.kernel.actor import Actor

    waiting = Verification.objects.filter(customer=None, state__in=AWAITING_CUSTOMER).order_by("id").first()
    if waiting is None:
        return ""
    return hosting.address(capturing.begin(waiting.id, Actor.system("setup")).token)
