"""A letter's words as the page that will be printed, for those who write and approve them; nobody's address is read."""

from functools import lru_cache

from keizoku.delivery.letters.actions import printing
from keizoku.delivery.ports import Message

REMEMBERED = 32  # pages of some 60 KB


@lru_cache(maxsize=REMEMBERED)
def picture(message: Message) -> bytes:
    """A PNG of the first page with an invented addressee; the body has its placeholders filled."""
    return printing().picture(message)


def form_pictures(published_id: int) -> list[bytes]:
    """A PNG of each page of a published questionnaire, as a letter encloses it."""
    return printing().form_pictures(published_id)


def form_pdf(published_id: int) -> bytes:
    """The same as one PDF, to look at or to hand out with a code written by hand."""
    return printing().form_pdf(published_id)


def form_pages(published_id: int) -> int:
    """How many pages it takes."""
    return printing().form_pages(published_id)
