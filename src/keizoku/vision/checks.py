"""Checks: one judgement each, with what it was measured by, so that a person can follow it later.

I own the shape of a judgement and nothing of how it is made. `reason` is a stable code that other rooms turn into words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What a check says. UNSURE goes to a person; it is never counted as passed."""

    PASSED = "passed"
    FAILED = "failed"
    UNSURE = "unsure"


@dataclass(frozen=True)
class Check:
    """One judgement. `score` and `threshold` are None where there is nothing to measure (a check digit is right or not);
    `model` names the model and its version, "" for a rule.
    """

    name: str
    outcome: Outcome
    reason: str = ""
    score: float | None = None
    threshold: float | None = None
    model: str = ""


def passed(name: str, score: float | None = None, threshold: float | None = None, model: str = "") -> Check:
    """A check that holds."""
    return Check(name, Outcome.PASSED, "", score, threshold, model)


def overall(checks: Iterable[Check]) -> Outcome:
    """FAILED when one failed, else UNSURE when one is unsure or there is none, else PASSED."""
    outcomes = {check.outcome for check in checks}
    if Outcome.FAILED in outcomes:
        return Outcome.FAILED
    return Outcome.PASSED if outcomes == {Outcome.PASSED} else Outcome.UNSURE
