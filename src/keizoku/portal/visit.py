"""A customer's visit, kept in the session: which review, how entered, whether identified; at the end, the receipt.

Nothing personal is kept here. The session's key changes at identification; at the end only the receipt stays, so that a
second press of the button finds it.
"""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest

from keizoku.reviews.actions import Receipt

_VISIT, _RECEIPT, _LINKING = "portal.visit", "portal.receipt", "portal.linking"


@dataclass(frozen=True, slots=True)
class Visit:
    """``entry`` is an ``Answer.Entry``: "link" or "code"."""

    review_id: int
    entry: str
    is_identified: bool


@dataclass(frozen=True, slots=True)
class Linking:
    """A LINE account on its way to be linked: LINE's token, and our nonce once the customer was identified."""

    review_id: int
    token: str
    nonce: str


def begin_link(request: HttpRequest, review_id: int, token: str) -> None:
    request.session[_LINKING] = {"review": review_id, "token": token, "nonce": ""}


def offered(request: HttpRequest, nonce: str) -> None:
    """The session gets a new key: whoever knew the one before must not take the customer's nonce to LINE."""
    request.session.cycle_key()
    request.session[_LINKING] = {**request.session[_LINKING], "nonce": nonce}


def linking(request: HttpRequest) -> Linking | None:
    kept = request.session.get(_LINKING)
    return Linking(kept["review"], kept["token"], kept["nonce"]) if kept else None


def begin(request: HttpRequest, review_id: int, entry: str) -> None:
    request.session.pop(_RECEIPT, None)
    request.session[_VISIT] = {"review": review_id, "entry": entry, "identified": False}


def current(request: HttpRequest) -> Visit | None:
    kept = request.session.get(_VISIT)
    return Visit(kept["review"], kept["entry"], kept["identified"]) if kept else None


def identified(request: HttpRequest, review_id: int, entry: str) -> None:
    """From here on the session opens the record: it gets a new key, so that one known before is worth nothing."""
    request.session.cycle_key()
    request.session.pop(_RECEIPT, None)
    request.session[_VISIT] = {"review": review_id, "entry": entry, "identified": True}


def keep(request: HttpRequest) -> None:
    """The customer is still there: the session's time begins anew."""
    request.session.modified = True


def finish(request: HttpRequest, receipt: Receipt) -> None:
    request.session.pop(_VISIT, None)
    request.session[_RECEIPT] = {"code": receipt.code, "received_at": receipt.received_at.isoformat()}


def leave(request: HttpRequest) -> None:
    request.session.pop(_VISIT, None)


def receipt(request: HttpRequest) -> Receipt | None:
    kept = request.session.get(_RECEIPT)
    return Receipt(kept["code"], datetime.fromisoformat(kept["received_at"])) if kept else None
