"""The mailbox that mails come back to, read over IMAP (RFC 3501) with the standard library; TLS is demanded of a real one.

What is understood is removed after it was taken in; what is not is moved into a folder of its own, for a person. We hold
nothing of either.
"""

import imaplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from django.conf import settings

from keizoku.channels.email import bounces
from keizoku.delivery.ports import Collected, Event, NotCollected
from keizoku.kernel.clock import business_now

TIMEOUT_S: Final = 20.0
A_ROUND: Final = 200
LARGEST: Final = 1_000_000  # bytes; a report returns at most the headers or a mail of ours, which is small
_PEEK: Final = f"(BODY.PEEK[]<0.{LARGEST + 1}>)"  # one byte more, so that what is longer shows


def collect(take: Callable[[Collected], None]) -> int:
    """One look; at most ``A_ROUND`` messages, the oldest first.

    Raises:
        NotCollected: there is no mailbox, or it does not answer as IMAP does.
    """
    if not settings.BOUNCE_IMAP_HOST:
        return 0
    try:
        with _opened() as mailbox:
            return _collect(mailbox, take)
    except (imaplib.IMAP4.error, OSError) as failure:
        # An IMAP server's words may quote a user's name: only the kind of the failure is told.
        raise NotCollected(type(failure).__name__) from None


def _collect(mailbox: imaplib.IMAP4, take: Callable[[Collected], None]) -> int:
    numbers = _said(mailbox.uid("SEARCH", "UNDELETED"))[0].split()[:A_ROUND]
    events: list[Event] = []
    known: list[str] = []
    unread: list[str] = []
    for number in (each.decode("ascii") for each in numbers):
        try:
            event = bounces.read(_message(mailbox, number), business_now())
        except bounces.Unreadable:
            unread.append(number)
            continue
        known.append(number)
        if event is not None:
            events.append(event)
    if not numbers:
        return 0
    take(Collected(events, passed_over=len(known) - len(events), unread=len(unread)))
    if unread:
        mailbox.create(settings.BOUNCE_IMAP_UNREAD)  # refused where it is there already
        _said(mailbox.uid("COPY", ",".join(unread), settings.BOUNCE_IMAP_UNREAD))
    _said(mailbox.uid("STORE", ",".join([*known, *unread]), "+FLAGS.SILENT", r"(\Deleted)"))
    _said(mailbox.expunge())
    return len(numbers)


def _message(mailbox: imaplib.IMAP4, number: str) -> bytes:
    """The raw message; what is too large to be a report is none."""
    for part in _said(mailbox.uid("FETCH", number, _PEEK)):
        if isinstance(part, tuple):
            raw = bytes(part[1])
            if len(raw) > LARGEST:
                raise bounces.Unreadable
            return raw
    raise bounces.Unreadable


@contextmanager
def _opened() -> Iterator[imaplib.IMAP4]:
    place = (settings.BOUNCE_IMAP_HOST, settings.BOUNCE_IMAP_PORT)
    mailbox = (
        imaplib.IMAP4_SSL(*place, ssl_context=ssl.create_default_context(), timeout=TIMEOUT_S)
        if settings.BOUNCE_IMAP_TLS
        else imaplib.IMAP4(*place, timeout=TIMEOUT_S)
    )
    try:
        mailbox.login(settings.BOUNCE_IMAP_USER, settings.BOUNCE_IMAP_PASSWORD)
        _said(mailbox.select(settings.BOUNCE_IMAP_FOLDER))
        yield mailbox
    finally:
        with suppress(imaplib.IMAP4.error, OSError):
            mailbox.logout()


def _said(answer: tuple[str, list[Any]]) -> list[Any]:
    kind, told = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(kind)
    return told
