"""Which decisions are drawn, and the proof that these and no others were.

The digest is keyed and taken of the review and its round, both of which stand before anybody decides; whoever decides can
neither compute it without the key nor change what it is taken of. Only those who decide call ``draw``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from keizoku.kernel.crypto import blind_index
from keizoku.reviews.models import Decision
from keizoku.reviews.policies.rules.policy import read_policy
from keizoku.reviews.quality.models import QualityCheck, QualityShare
from keizoku.reviews.quality.rules import DEFAULT_PERCENT, is_drawn, subject

_KEY = "quality"
CHECKED, HELD_BACK = "checked", "held_back"
AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Proof:
    """``missing``: decisions that the draw names and nobody put up; ``extra``: put up although it does not name them."""

    looked_at: int
    drawn: int
    missing: tuple[int, ...]
    extra: tuple[int, ...]

    @property
    def is_right(self) -> bool:
        return not self.missing and not self.extra


def falls(purpose: str, review_id: int, number: int, percent: int) -> bool:
    """Whether a review's round falls within the share, for this purpose."""
    return is_drawn(blind_index.token(_KEY, subject(purpose, review_id, number)), percent)


def draw(decision: Decision, now: datetime) -> None:
    """Put a decision up for a second look, where the draw names it."""
    percent = share_of(decision)
    if falls(CHECKED, decision.review_id, decision.round, percent):
        QualityCheck.objects.create(
            decision=decision,
            review_id=decision.review_id,
            percent=percent,
            drawn_at=now,
            state_since=now,
        )


def share_of(decision: Decision, shares: Sequence[QualityShare] | None = None) -> int:
    """The share that held when the decision was made: the policy's own, the reviewer's, or everybody's.

    ``shares``: all of them, the newest first, where many decisions are asked about.
    """
    if decision.policy is not None:
        return _checked_percent(decision.policy.text)
    rows = all_shares() if shares is None else shares
    for whose in (decision.decided_by_id, None):
        for row in rows:
            if row.staff_id == whose and row.set_at <= decision.decided_at:
                return row.percent
    return DEFAULT_PERCENT


def all_shares() -> list[QualityShare]:
    """Everything that was ever set, the newest first: a few rows a year."""
    return list(QualityShare.objects.order_by("-set_at", "-id"))


@lru_cache(maxsize=64)
def _checked_percent(text: str) -> int:
    """A policy's text never changes, and a thousand decisions share one."""
    return read_policy(text).checked_percent


def prove(first: int = 0) -> Proof:
    """Draw all decisions from the id ``first`` on once more, and compare with what was put up."""
    looked_at = drawn = 0
    missing: list[int] = []
    extra: list[int] = []
    shares = all_shares()
    for decision in _decisions(first):
        looked_at += 1
        is_named = falls(CHECKED, decision.review_id, decision.round, share_of(decision, shares))
        is_put_up = hasattr(decision, "quality_check")
        drawn += is_put_up
        if is_named and not is_put_up:
            missing.append(decision.id)
        if is_put_up and not is_named:
            extra.append(decision.id)
    return Proof(looked_at, drawn, tuple(missing), tuple(extra))


def _decisions(first: int) -> Iterator[Decision]:
    rows = Decision.objects.filter(id__gte=first).select_related("policy", "quality_check").order_by("id")
    yield from rows.iterator(chunk_size=AT_ONCE)  # decision by decision: each is drawn by its own digest
