"""What the tests of verifications share."""

from keizoku.identity import capturing
from keizoku.identity.asking import Request, ask
from keizoku.identity.capturing import Session
from keizoku.identity.models import Verification
from keizoku.identity.rules.purposes import LegalUse, Purpose
from keizoku.kernel.actor import Actor

ASKER = Actor.system("test")


def ask_for(customer_id: int, **more: object) -> Verification:
    """An ongoing check of one customer."""
    request = Request(Purpose.ONGOING_CHECK, LegalUse.ONGOING_CHECK, customer_id=customer_id, **more)  # type: ignore[arg-type]
    return Verification.objects.get(id=ask(request, ASKER))


def begin(verification: Verification, kind: str = "driving_licence") -> Session:
    session = capturing.begin(verification.id, Actor.customer(verification.customer_id or 0))
    capturing.choose(session, kind)
    return session


def bring(session: Session, *, name: str = "") -> int:
    """Bring in all that one challenge asks for; how many shots."""
    asked = capturing.challenge(session)
    for number, step in enumerate(asked.steps):
        data = f"{step.name} {step.pose} {asked.nonce} {name}".encode()
        receipt = capturing.receive(session, asked.nonce, step, data, 400 * number)
        assert receipt.is_accepted, receipt.reasons
    return len(asked.steps)


def capture(verification: Verification, kind: str = "driving_licence") -> Verification:
    """The whole capture, handed in."""
    session = begin(verification, kind)
    while bring(session):
        pass
    capturing.finish(session)
    verification.refresh_from_db()
    return verification
