"""Reads of likely duplicates: what waits, what was decided, and what a customer's page shows of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from keizoku.customers.duplicates.rules import STATE_WORDS, Side, State, in_words
from keizoku.customers.models import Customer, Duplicate, DuplicateSearch


@dataclass(frozen=True, slots=True)
class PairRow:
    """One pair in a list; ``proposed_by`` and ``decided_by`` are actors ("staff:3")."""

    id: int
    first_id: int
    second_id: int
    score: int
    reasons: tuple[str, ...]
    state: str
    state_words: str
    state_since: datetime
    is_late: bool
    survivor_id: int | None
    proposed_by: str
    proposed_at: datetime | None
    decided_by: str
    decided_at: datetime | None
    proposal_digest: str
    choices: Mapping[str, str]

    @property
    def merged_id(self) -> int | None:
        """Who goes, where somebody stays."""
        if self.survivor_id is None:
            return None
        return self.second_id if self.survivor_id == self.first_id else self.first_id


@dataclass(frozen=True, slots=True)
class PairPage:
    rows: tuple[PairRow, ...]
    total: int
    more_after: tuple[int, int] | None


def pairs(state: State, *, after: tuple[int, int] | None = None, limit: int = 20) -> PairPage:
    """Pairs in a state, the likeliest first; ``after`` is (score, id) of the page before."""
    found = Duplicate.objects.filter(state=state)
    total = found.count()
    if after is not None:
        score, last = after
        found = found.filter(Q(score__lt=score) | Q(score=score, id__gt=last))
    rows = [_row(pair) for pair in found.order_by("-score", "id")[: limit + 1]]
    more = (rows[limit - 1].score, rows[limit - 1].id) if len(rows) > limit else None
    return PairPage(tuple(rows[:limit]), total, more)


def pair(duplicate_id: int) -> PairRow:
    """One pair. Raises ``Duplicate.DoesNotExist``."""
    return _row(Duplicate.objects.get(id=duplicate_id))


def last_look() -> datetime | None:
    """When everybody was looked at last."""
    latest = DuplicateSearch.objects.filter(run=None).order_by("-id").first()
    return latest.finished_at if latest else None


def of_customer(customer_id: int) -> list[PairRow]:
    """The pairs of one customer that wait or are merged."""
    found = Duplicate.objects.filter(Q(first_id=customer_id) | Q(second_id=customer_id)).exclude(
        state=State.APART
    )
    return [_row(each) for each in found.order_by("id")]


def merged_into(customer_id: int) -> int | None:
    """Whom the customer was merged into; None for one who was not. Raises ``Customer.DoesNotExist``."""
    found: int | None = Customer.objects.values_list("merged_into", flat=True).get(id=customer_id)
    return found


def merged_ids(customer_id: int) -> list[int]:
    """Who was merged into the customer."""
    return list(
        Customer.objects.filter(state=Customer.State.MERGED, merged_into=customer_id)
        .order_by("id")
        .values_list("id", flat=True)
    )


def _row(pair: Duplicate) -> PairRow:
    return PairRow(
        id=pair.id,
        first_id=pair.first_id,
        second_id=pair.second_id,
        score=pair.score,
        reasons=tuple(in_words(pair.reasons)),
        state=pair.state,
        state_words=STATE_WORDS[State(pair.state)],
        state_since=pair.state_since,
        is_late=pair.escalated_at is not None and pair.state == State.FOUND,
        survivor_id=pair.survivor_id,
        proposed_by=pair.proposed_by,
        proposed_at=pair.proposed_at,
        decided_by=pair.decided_by,
        decided_at=pair.decided_at,
        proposal_digest=pair.proposal_digest,
        choices=pair.choices,
    )


def kept_side(choice: str, pair: PairRow) -> int:
    """Whose value a choice keeps, as a customer's id."""
    kept = pair.survivor_id if choice == Side.SURVIVOR else pair.merged_id
    assert kept is not None
    return kept
