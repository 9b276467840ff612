"""A window: the next recipients of a chunk, their attempts committed before anybody is called; and what became of them.

Invariants: whoever is claimed has no contact stop, no withdrawn consent and no final outcome, all by the very statement
that writes the attempt; an attempt's number is used once. Only ``dispatch`` calls these, within its transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from keizoku.delivery import statements
from keizoku.delivery.leasing import Lease
from keizoku.delivery.ports import Outcome, Result
from keizoku.delivery.rules import MAX_ATTEMPTS
from keizoku.kernel.database import prepared


class Claim(NamedTuple):
    """One recipient whose attempt is committed and whose carrier may be called, once. A tuple: there are millions."""

    position: int
    customer_id: int
    review_id: int
    reference: int
    number: int
    key: str


@dataclass(frozen=True, slots=True)
class Window:
    """The claims of one transaction, and the last position that it looked at."""

    claims: Sequence[Claim]
    last: int


def claim(lease: Lease, after: int, size: int) -> Window | None:
    """The next window behind position ``after``; None when the chunk is through."""
    if after >= lease.high:
        return None
    rows = prepared.fetch(
        statements.of_campaign(statements.CLAIM, lease.campaign_id),
        lease.named | {"after": after, "window": size},
    )
    if not rows:
        return None
    return Window([Claim._make(row[:6]) for row in rows if row[6]], rows[-1][0])


def append(lease: Lease, claims: Sequence[Claim], outcomes: Sequence[Outcome]) -> None:
    """Write one outcome for each claim. Whatever is there already stays."""
    final = [_final(claim, outcome) for claim, outcome in zip(claims, outcomes, strict=True)]
    prepared.change(
        statements.of_campaign(statements.APPEND_OUTCOMES, lease.campaign_id),
        {
            "campaign": lease.campaign_id,
            "wave": lease.wave_id,
            "positions": prepared.array([claim.position for claim in claims]),
            "numbers": prepared.array([claim.number for claim in claims]),
            "results": prepared.text_array([outcome.result for outcome in final]),
            "codes": prepared.text_array([outcome.code for outcome in final]),
            "refs": prepared.text_array([outcome.carrier_ref for outcome in final]),
        },
    )


def _final(claim: Claim, outcome: Outcome) -> Outcome:
    """A message deferred too often is given up, so that no state waits for ever."""
    if outcome.result is Result.DEFERRED and claim.number >= MAX_ATTEMPTS:
        return Outcome(Result.REJECTED, f"gave_up:{outcome.code}")
    return outcome
