"""Reads of policies, their trials and judgements. Nothing here names a customer but by a review's id."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from django.db.models import Count, Max, Q

from keizoku.reviews.policies.models import Judgement, PolicyTrial, PolicyVersion
from keizoku.reviews.policies.rules.policy import Policy, in_words, read_policy
from keizoku.reviews.policies.rules.states import STATE_WORDS, State
from keizoku.reviews.policies.trying import FAILED_WORDS
from keizoku.reviews.rules.reasons import OUTCOME_WORDS, Outcome, reason_words

STANDARD: Final = Path(__file__).parent / "standard-1.toml"
_VERSION_LINE: Final = re.compile(r"^version\s*=\s*\d+", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """One version; ``made_by`` and the like are actors ("staff:3"). ``judged`` and ``approved`` count its judgements."""

    id: int
    version: int
    state: State
    state_since: datetime
    policy: Policy
    text: str
    made_by: str
    requested_by: str
    approved_by: str
    ended_by: str
    activated_at: datetime | None
    judged: int
    approved: int

    @property
    def title(self) -> str:
        return self.policy.title

    @property
    def digest(self) -> str:
        return self.policy.digest

    @property
    def state_words(self) -> str:
        return STATE_WORDS[self.state]

    @property
    def words(self) -> tuple[tuple[str, str], ...]:
        return in_words(self.policy)


@dataclass(frozen=True, slots=True)
class TrialRow:
    """A trial's result: ``failed`` are (words, count) of the first condition that failed.

    ``outcomes`` are (outcome, reason, count) of what people decided; ``others`` reviews that they did not approve.
    """

    first_on: date
    last_on: date
    made_by: str
    made_at: datetime
    answers: int
    approved: int
    failed: tuple[tuple[str, int], ...]
    outcomes: tuple[tuple[str, str, int], ...]
    others: tuple[int, ...]

    @property
    def agreed(self) -> int:
        """How many of those that it would approve people approved as well."""
        approve = OUTCOME_WORDS[Outcome.APPROVE]
        return sum(count for outcome, _, count in self.outcomes if outcome == approve)


@dataclass(frozen=True, slots=True)
class JudgementRow:
    """What the policy said of one round; ``conditions`` are (whether it holds, words)."""

    round: int
    policy: int
    digest: str
    is_approved: bool
    conditions: tuple[tuple[bool, str], ...]
    business_at: datetime

    @property
    def failed(self) -> tuple[str, ...]:
        return tuple(words for holds, words in self.conditions if not holds)


def versions() -> list[PolicyRow]:
    """All versions, the newest first."""
    counts = _counts()
    return [_row(row, counts) for row in PolicyVersion.objects.order_by("-version")]


def version(policy_id: int) -> PolicyRow:
    """One version; ``ObjectDoesNotExist`` where there is none."""
    return _row(PolicyVersion.objects.get(id=policy_id), _counts(policy_id))


def next_draft(policy_id: int | None = None) -> str:
    """The text to begin a draft with: that version's, the active one's or the standard's, under the next free number."""
    newest = PolicyVersion.objects.aggregate(newest=Max("version"))["newest"] or 0
    chosen = PolicyVersion.objects.filter(Q(id=policy_id) if policy_id else Q(state=State.ACTIVE)).first()
    text = chosen.text if chosen else STANDARD.read_text(encoding="utf-8")
    return _VERSION_LINE.sub(f"version = {newest + 1}", text, count=1)


def latest_trial(policy_id: int) -> TrialRow | None:
    """The newest trial of this version; None where it was never tried."""
    row = PolicyTrial.objects.filter(policy_id=policy_id).order_by("-id").first()
    return _trial(row) if row else None


def judgements(review_id: int) -> list[JudgementRow]:
    """What was judged of a review's rounds, in order."""
    rows = Judgement.objects.filter(review_id=review_id).select_related("policy").order_by("round")
    return [
        JudgementRow(
            row.round,
            row.policy.version,
            row.policy.digest,
            row.is_approved,
            _conditions(row.conditions),
            row.business_at,
        )
        for row in rows
    ]


def _conditions(stored: Sequence[Sequence[object]]) -> tuple[tuple[bool, str], ...]:
    return tuple((bool(holds), str(words)) for _, holds, words in stored)


def _counts(*policy_ids: int) -> dict[int, tuple[int, int]]:
    """Version → (answers judged, approved); all versions where none is named."""
    rows = Judgement.objects.filter(policy_id__in=policy_ids) if policy_ids else Judgement.objects.all()
    found = rows.values_list("policy_id").annotate(
        judged=Count("id"), approved=Count("id", filter=Q(is_approved=True))
    )
    return {policy_id: (judged, approved) for policy_id, judged, approved in found}


def _row(row: PolicyVersion, counts: Mapping[int, tuple[int, int]]) -> PolicyRow:
    judged, approved = counts.get(row.id, (0, 0))
    return PolicyRow(
        id=row.id,
        version=row.version,
        state=State(row.state),
        state_since=row.state_since,
        policy=read_policy(row.text),
        text=row.text,
        made_by=row.made_by,
        requested_by=row.requested_by,
        approved_by=row.approved_by,
        ended_by=row.ended_by,
        activated_at=row.activated_at,
        judged=judged,
        approved=approved,
    )


def _trial(row: PolicyTrial) -> TrialRow:
    found = row.result
    return TrialRow(
        first_on=row.first_on,
        last_on=row.last_on,
        made_by=row.made_by,
        made_at=row.made_at,
        answers=found["answers"],
        approved=found["approved"],
        failed=tuple((FAILED_WORDS[code], count) for code, count in found["failed"]),
        outcomes=tuple(
            (OUTCOME_WORDS[Outcome(outcome)], reason_words(Outcome(outcome), reason), count)
            for outcome, reason, count in found["outcomes"]
        ),
        others=tuple(found["others"]),
    )
