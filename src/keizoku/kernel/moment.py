"""One moment: while a page is being told, what never differs within it is asked once.

    with one_moment():
        ...                     # business_now() goes to the database once, however many parts of the page want it

I am for what reads. An action sees its own changes, so nothing that writes runs inside a moment.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, Final, TypeVar

Answer = TypeVar("Answer")
_told: Final[ContextVar[dict[Callable[[], Any], Any] | None]] = ContextVar("told", default=None)


@contextmanager
def one_moment() -> Iterator[None]:
    """Everything inside is told of one and the same moment."""
    before = _told.set({})
    try:
        yield
    finally:
        _told.reset(before)


def once(ask: Callable[[], Answer]) -> Callable[[], Answer]:
    """Within a moment the function is called once and its answer kept; outside of any it is called each time."""

    @wraps(ask)
    def asked() -> Answer:
        told = _told.get()
        if told is None:
            return ask()
        if ask not in told:
            told[ask] = ask()
        answer: Answer = told[ask]
        return answer

    return asked
