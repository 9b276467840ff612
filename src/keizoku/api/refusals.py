"""The rooms' named refusals as problems: which status, the sentences in both languages, and the places that they name."""

from typing import Final

from keizoku.accounts.errors import NotPermitted
from keizoku.api import english
from keizoku.api.problems import Place, Problem, Words
from keizoku.campaigns.errors import CountMismatch, NotAllowed
from keizoku.kernel.conditions.reading import ConditionError
from keizoku.kernel.errors import Refusal

FORBIDDEN: Final = 403
CONFLICT: Final = 409
UNPROCESSABLE: Final = 422
_STATUS: Final[tuple[tuple[type[Refusal], int], ...]] = (
    (NotPermitted, FORBIDDEN),
    (NotAllowed, FORBIDDEN),
    (CountMismatch, UNPROCESSABLE),
    (ConditionError, UNPROCESSABLE),
)
_TITLES: Final = {
    FORBIDDEN: Words("許されていません", "Not allowed"),
    CONFLICT: Words("受け付けられませんでした", "Refused"),
    UNPROCESSABLE: Words("内容に誤りがあります", "The request is invalid"),
}


def problem_of(refusal: Refusal) -> Problem:
    """The refusal's own words in Japanese, and the table's in English."""
    told = english.of(refusal)
    status = next((status for kind, status in _STATUS if isinstance(refusal, kind)), CONFLICT)
    return Problem(
        status,
        refusal.code,
        _TITLES[status],
        Words(refusal.message, told.detail),
        Words(refusal.remedy, told.remedy),
        _places(refusal),
    )


def _places(refusal: Refusal) -> tuple[Place, ...]:
    if isinstance(refusal, ConditionError):
        words = Words(refusal.problem, f"This part is not understood: {refusal.problem}")
        return (Place(refusal.place or "", refusal.code, words),)
    return ()
