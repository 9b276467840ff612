"""The hosted flow: the address of a capture for whoever is no customer yet, and the way back to who sent him.

The address holds a session's token, good for one start, and, where somebody waits for the return, a signed word with the
redirect address and its state. Nothing personal is in it. Only addresses of ``IDENTITY_REDIRECTS`` are led back to, and the
list is asked again on the way back.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.conf import settings
from django.core import signing

from keizoku.identity import capturing
from keizoku.identity.capturing import Session
from keizoku.identity.errors import RedirectRefused
from keizoku.identity.models import Verification
from keizoku.identity.rules.states import AWAITING_CUSTOMER
from keizoku.kernel.actor import Actor
from keizoku.vision import models as sight

LONGEST_STATE: Final = 200
PATH: Final = "/identity/s/"
_SALT: Final = "keizoku.identity.return"


@dataclass(frozen=True, slots=True)
class Return:
    """Where the customer is led back to; ``state`` is the sender's own word, handed back unread."""

    address: str
    state: str = ""

    @property
    def url(self) -> str:
        """The address with ``state`` added to its query."""
        parts = urlsplit(self.address)
        query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), ("state", self.state)])
        return urlunsplit(parts._replace(query=query))


def address(token: str, back: Return | None = None) -> str:
    """The page at which a capture begins.

    Raises:
        RedirectRefused: the way back is not on the list, or its state is too long.
    """
    signed = "" if back is None else "?" + urlencode({"back": sign(back)})
    return f"{settings.PUBLIC_URL}{PATH}{token}{signed}"


def take(session: Session) -> Session:
    """The customer begins, here: a session in his own name; the one given, and its address, end with it.

    Raises:
        SessionUnknown, SessionOver, VerificationOver: see ``capturing``.
    """
    held = capturing.resume(session.token)
    customer_id = Verification.objects.values_list("customer_id", flat=True).get(id=held.verification_id)
    # Who is no customer yet has no number but that of his verification.
    by = Actor("customer", str(customer_id or f"applicant-{held.verification_id}"))
    return capturing.begin(held.verification_id, by)


def awaited(review_id: int) -> int | None:
    """The verification that a review asked for, while pictures of the customer are awaited."""
    row = Verification.objects.filter(review_id=review_id, state__in=AWAITING_CUSTOMER).first()
    return row.id if row else None


@lru_cache(maxsize=1)
def face_finder() -> bytes:
    """The network that finds faces, for the browser to guide by: the very file that the server judges with."""
    return sight.checked("face-finder").read_bytes()


def sign(back: Return) -> str:
    """The way back as one word.

    Raises:
        RedirectRefused: see ``address``.
    """
    if back.address not in settings.IDENTITY_REDIRECTS or len(back.state) > LONGEST_STATE:
        raise RedirectRefused
    return signing.dumps([back.address, back.state], salt=_SALT, compress=True)


def read(signed: str) -> Return | None:
    """The way back that we signed, while it is on the list; None for anything else."""
    try:
        found = Return(*signing.loads(signed, salt=_SALT))
    except (signing.BadSignature, TypeError):
        return None
    return found if found.address in settings.IDENTITY_REDIRECTS else None
