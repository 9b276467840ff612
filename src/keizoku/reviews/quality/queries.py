"""Reads of quality control: what waits, one check, and what was found, counted by who decided, by policy and by reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from keizoku.accounts.access import Staff
from keizoku.kernel.crypto import field
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.reviews.models import Answer, Decision
from keizoku.reviews.paper.readers import was_read_by
from keizoku.reviews.quality.models import QualityCheck, QualityShare
from keizoku.reviews.quality.rules import (
    DEFAULT_PERCENT,
    FINDINGS,
    FOLLOW_UP_WORDS,
    STATE_WORDS,
    FollowUp,
    State,
)
from keizoku.reviews.queries.rows import code_of
from keizoku.reviews.rules.reasons import OUTCOME_WORDS, Outcome, reason_words

SHOWN_AT_ONCE = 50
NOTE = "reviews_qualitycheck.note"


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One drawn decision. ``decided_by`` and ``checked_by`` are actors ("staff:3"), "" for nobody."""

    id: int
    review_id: int
    customer_id: int
    code: str
    round: int
    outcome: str
    reason: str
    decided_by: str
    policy: int | None
    decided_at: datetime
    percent: int
    state: State
    state_since: datetime
    is_late: bool
    checked_by: str
    finding: str
    follow_up: str

    @property
    def state_words(self) -> str:
        return STATE_WORDS[self.state]


@dataclass(frozen=True, slots=True)
class OpenedCheck:
    """One check as a person who may judge it reads it; ``is_own``: this person may not."""

    row: CheckRow
    note: str = dataclass_field(repr=False)
    is_own: bool


@dataclass(frozen=True, slots=True)
class DeciderCount:
    """Of one decider (an actor, or the policy's version): decisions, drawn, checked, improper, and improper by reason."""

    decided_by: str
    policy: int | None
    decisions: int
    drawn: int
    checked: int
    improper: int
    findings: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class ShareRow:
    """The share that holds now; ``staff_id`` None: of everybody without an own."""

    staff_id: int | None
    percent: int
    set_by: str


def checks(
    states: Iterable[State] = (State.WAITING, State.IMPROPER), after: int = 0, limit: int = SHOWN_AT_ONCE
) -> list[CheckRow]:
    """Checks in these states in the order of their drawing, behind the id ``after``."""
    rows = _rows().filter(state__in=[state.value for state in states], id__gt=after).order_by("id")
    return [_row(row) for row in rows[:limit]]


def waiting() -> dict[State, int]:
    """How many wait to be checked, and how many findings to be followed up."""
    rows = QualityCheck.objects.filter(state__in=[State.WAITING.value, State.IMPROPER.value])
    found = dict(rows.values_list("state").annotate(count=Count("id")))
    return {state: found.get(state.value, 0) for state in (State.WAITING, State.IMPROPER)}


def check(check_id: int, staff: Staff, grant: ReadGrant) -> OpenedCheck:
    """One check with its note. Raises ``QualityCheck.DoesNotExist``."""
    row = _rows().get(id=check_id)
    return OpenedCheck(_row(row), _note(row, grant), is_own(row, staff))


def customer_of(check_id: int) -> int:
    """Whose decision it is. Raises ``QualityCheck.DoesNotExist``."""
    customer_id: int = QualityCheck.objects.values_list("review__customer_id", flat=True).get(id=check_id)
    return customer_id


def counts() -> list[DeciderCount]:
    """By who decided: people first, then the policy's versions."""
    decided = Decision.objects.values("decided_by_id", "policy__version").annotate(
        decisions=Count("id"),
        drawn=Count("quality_check"),
        checked=Count("quality_check", filter=~Q(quality_check__state=State.WAITING.value)),
        improper=Count("quality_check", filter=~Q(quality_check__finding="")),
    )
    findings: dict[tuple[int | None, int | None], list[tuple[str, int]]] = {}
    found = QualityCheck.objects.exclude(finding="").values(
        "decision__decided_by_id", "decision__policy__version", "finding"
    )
    for row in found.annotate(count=Count("id")).order_by("-count", "finding"):
        key = (row["decision__decided_by_id"], row["decision__policy__version"])
        findings.setdefault(key, []).append((FINDINGS[row["finding"]], row["count"]))
    rows = [
        DeciderCount(
            decided_by=f"staff:{row['decided_by_id']}" if row["decided_by_id"] else "system:reviews.policy",
            policy=row["policy__version"],
            decisions=row["decisions"],
            drawn=row["drawn"],
            checked=row["checked"],
            improper=row["improper"],
            findings=tuple(findings.get((row["decided_by_id"], row["policy__version"]), ())),
        )
        for row in decided
    ]
    return sorted(rows, key=lambda row: (row.policy or 0, row.decided_by))


def shares() -> list[ShareRow]:
    """Everybody's share first, then those of reviewers who have an own."""
    newest = QualityShare.objects.order_by("staff_id", "-set_at", "-id").distinct("staff_id")
    found = {row.staff_id: ShareRow(row.staff_id, row.percent, row.set_by) for row in newest}
    general = found.pop(None, ShareRow(None, DEFAULT_PERCENT, ""))
    return [general, *(found[staff_id] for staff_id in sorted(one for one in found if one is not None))]


def is_own(check: QualityCheck, staff: Staff) -> bool:
    """Whether the person decided it, took the answer down (by phone, from paper), or answers for the policy that decided."""
    decision, policy, name = check.decision, check.decision.policy, f"staff:{staff.pk}"
    return (
        decision.decided_by_id == staff.pk
        or (policy is not None and name in {policy.made_by, policy.requested_by, policy.approved_by})
        or Answer.objects.filter(review_id=check.review_id, answered_by=staff).exists()
        or was_read_by(staff.pk, check.review_id)
    )


def _rows() -> QuerySet[QualityCheck]:
    return QualityCheck.objects.select_related("review", "decision", "decision__policy")


def _row(check: QualityCheck) -> CheckRow:
    decision = check.decision
    outcome = Outcome(decision.outcome)
    return CheckRow(
        id=check.id,
        review_id=check.review_id,
        customer_id=check.review.customer_id,
        code=code_of(check.review.reference),
        round=decision.round,
        outcome=OUTCOME_WORDS[outcome],
        reason=reason_words(outcome, decision.reason_code),
        decided_by=decision.by,
        policy=decision.policy.version if decision.policy else None,
        decided_at=decision.decided_at,
        percent=check.percent,
        state=State(check.state),
        state_since=check.state_since,
        is_late=check.escalated_at is not None,
        checked_by=f"staff:{check.checked_by_id}" if check.checked_by_id else "",
        finding=FINDINGS.get(check.finding, ""),
        follow_up=FOLLOW_UP_WORDS[FollowUp(check.follow_up)] if check.follow_up else "",
    )


def _note(check: QualityCheck, grant: ReadGrant) -> str:
    if check.note is None:
        return ""
    return field.decrypt(
        bytes(check.note),
        where=NOTE,
        record=str(check.decision_id),
        subject=check.review.customer_id,
        grant=grant,
    )
