"""A customer's visit, kept in the session: which review, how entered, how well proved; at the end, the receipt.

Nothing personal is kept here. A visit holds only as long as its review's code: ``held`` refuses one begun with an old code.
The session's key changes at identification; at the end only the receipt stays, and a second press of the button finds it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from keizoku.reviews.actions import Receipt, hold_to_code, mark_of
from keizoku.reviews.queries import ReviewRow
from keizoku.ui.speaking import JAPANESE

_VISIT, _RECEIPT, _LINKING = "portal.visit", "portal.receipt", "portal.linking"
_LANGUAGE = "portal.language"


@dataclass(frozen=True, slots=True)
class Visit:
    """``entry`` is an ``Answer.Entry``: "link" or "code"; ``mark`` stands for the code that the visit was begun with.

    ``code_key`` names the one-time code that was asked for, ``way`` its channel; what it proves the lane's row says. Who
    goes on ``without`` one is not asked again.
    """

    review_id: int
    entry: str
    mark: str
    is_identified: bool
    code_key: UUID | None = None
    way: str = ""
    without: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(Visit):
    """A visit whose code still stands, with its review as it was read for that."""

    review: ReviewRow


@dataclass(frozen=True, slots=True)
class Linking:
    """A LINE account on its way to be linked: LINE's token, and our nonce once the customer was identified."""

    review_id: int
    mark: str
    token: str
    nonce: str


def begin_link(request: HttpRequest, review: ReviewRow, token: str) -> None:
    kept = {"review": review.id, "mark": mark_of(review), "token": token, "nonce": ""}
    request.session[_LINKING] = kept


def offered(request: HttpRequest, nonce: str) -> None:
    """The session gets a new key: whoever knew the one before must not take the customer's nonce to LINE."""
    request.session.cycle_key()
    request.session[_LINKING] = {**request.session[_LINKING], "nonce": nonce}


def linking(request: HttpRequest) -> Linking | None:
    """Raises as ``held``."""
    kept = request.session.get(_LINKING)
    if not kept:
        return None
    hold_to_code(kept["review"], kept.get("mark", ""))
    return Linking(kept["review"], kept["mark"], kept["token"], kept["nonce"])


def begin(request: HttpRequest, review: ReviewRow, entry: str) -> None:
    request.session.pop(_RECEIPT, None)
    request.session[_VISIT] = _kept(review, entry, is_identified=False)


def current(request: HttpRequest) -> Visit | None:
    kept = request.session.get(_VISIT)
    return Visit(**_told(kept)) if kept else None


def held(request: HttpRequest) -> Held | None:
    """The visit, when the code that it was begun with is still its review's.

    Raises:
        LinkUnknown, CodeReplaced: see there.
    """
    kept = request.session.get(_VISIT)
    if not kept:
        return None
    told = _told(kept)
    return Held(**told, review=hold_to_code(told["review_id"], told["mark"]))


def identified(request: HttpRequest, review: ReviewRow, entry: str) -> None:
    """From here on the session opens the record: it gets a new key, so that one known before is worth nothing."""
    request.session.cycle_key()
    request.session.pop(_RECEIPT, None)
    request.session[_VISIT] = _kept(review, entry, is_identified=True)


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


def _told(kept: dict[str, Any]) -> dict[str, Any]:
    """What the session kept, as a visit names it."""
    return {
        "review_id": kept["review"],
        "entry": kept["entry"],
        # A session of a release before has no mark, and none fits: its customer begins again.
        "mark": kept.get("mark", ""),
        "is_identified": kept["identified"],
        "code_key": UUID(kept["code_key"]) if kept.get("code_key") else None,
        "way": kept.get("way", ""),
        "without": kept.get("without", False),
    }


def _kept(review: ReviewRow, entry: str, *, is_identified: bool) -> dict[str, object]:
    return {"review": review.id, "entry": entry, "mark": mark_of(review), "identified": is_identified}
