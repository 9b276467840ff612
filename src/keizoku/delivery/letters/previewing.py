"""A letter's words as the page that will be printed, for those who write and approve them; nobody's address is read."""

from datetime import date
from functools import lru_cache

from keizoku.delivery.letters.actions import printing
from keizoku.delivery.ports import Message

REMEMBERED = 32  # pages of some 60 KB


@lru_cache(maxsize=REMEMBERED)
def picture(subject: str, body: str, label: str, reference: str, deadline: date) -> bytes:
    """A PNG of the page with an invented addressee; ``body`` has its placeholders filled."""
    return printing().picture(Message(subject, body, label, "", reference, deadline))
