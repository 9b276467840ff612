"""What a check says, and what the checks of a verification come to."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class Outcome(StrEnum):
    """What a check says. UNSURE goes to a person; it is never counted as passed."""

    PASSED = "passed"
    FAILED = "failed"
    UNSURE = "unsure"


OUTCOME_WORDS: Final = {
    Outcome.PASSED: "問題なし",
    Outcome.FAILED: "問題あり",
    Outcome.UNSURE: "人の確認が必要",
}


class Stage(StrEnum):
    """Parts of a judgement, in their order; each is written down whole, so that a judgement goes on where it was left."""

    FRONT = "front"
    BACK = "back"
    TILT = "tilt"
    FACE = "face"
    RECORD = "record"


def overall(outcomes: Iterable[Outcome]) -> Outcome:
    """FAILED when one failed, else UNSURE when one is unsure or there is none, else PASSED."""
    found = set(outcomes)
    if Outcome.FAILED in found:
        return Outcome.FAILED
    return Outcome.PASSED if found == {Outcome.PASSED} else Outcome.UNSURE
