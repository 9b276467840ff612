"""A customer's visit, kept in the session: which review, how entered, how well proved; at the end, the receipt.

Nothing personal is kept here. The session's key changes at identification; at the end only the receipt stays, so that a
second press of the button finds it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest

from keizoku.reviews.actions import Receipt
from keizoku.ui.speaking import JAPANESE

_VISIT, _RECEIPT, _LINKING = "portal.visit", "portal.receipt", "portal.linking"
_LANGUAGE = "portal.language"


@dataclass(frozen=True, slots=True)
class Visit:
    """``entry`` is an ``Answer.Entry``: "link" or "code".

    ``code_key`` names the one-time code that was asked for, ``way`` its channel; what it proves the lane's row says. Who
    goes on ``without`` one is not asked again.
    """

    review_id: int
    entry: str
    is_identified: bool
    code_key: UUID | None = None
    way: str = ""
    without: bool = False


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
    if not kept:
        return None
    key = UUID(kept["code_key"]) if kept.get("code_key") else None
    without = kept.get("without", False)
    return Visit(kept["review"], kept["entry"], kept["identified"], key, kept.get("way", ""), without)


def identified(request: HttpRequest, review_id: int, entry: str) -> None:
    """From here on the session opens the record: it gets a new key, so that one known before is worth nothing."""
    request.session.cycle_key()
    request.session.pop(_RECEIPT, None)
    request.session[_VISIT] = {"review": review_id, "entry": entry, "identified": True}


def code_asked(request: HttpRequest, key: UUID, way: str) -> None:
    """A code is on its way; the session gets a new key, as at every step that makes it worth more."""
    request.session.cycle_key()
    request.session[_VISIT] = {**request.session[_VISIT], "code_key": str(key), "way": way}


def goes_on_without(request: HttpRequest) -> None:
    request.session[_VISIT] = {**request.session[_VISIT], "without": True}


def language(request: HttpRequest) -> str:
    """What the visitor chose, or what the review remembers of him."""
    return str(request.session.get(_LANGUAGE) or getattr(request, "remembered_language", "") or JAPANESE)


def chosen_language(request: HttpRequest) -> str:
    """What was chosen in this session; nothing chosen is empty."""
    return str(request.session.get(_LANGUAGE, ""))


def remember(request: HttpRequest, remembered: str) -> None:
    """For this page: the language of the review that it opens, where nothing was chosen here."""
    request.remembered_language = remembered  # type: ignore[attr-defined]


def choose_language(request: HttpRequest, language: str) -> None:
    request.session[_LANGUAGE] = language


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
