"""What follows from a decision, whoever made it: the answer becomes the record, the confirmation is written down, and the
decision may be drawn for quality control. Part of the deciding transaction; only those who decide call me.
"""

from datetime import datetime

from keizoku.audit import actions as audit
from keizoku.customers import actions as customers
from keizoku.customers.models import RecordVersion
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO
from keizoku.reviews.confirmations.actions import record_confirmation
from keizoku.reviews.models import Answer, Decision, ProposedChange, Review
from keizoku.reviews.owning import apply_owners
from keizoku.reviews.proving.notices import tell_old_points
from keizoku.reviews.quality.drawing import draw
from keizoku.reviews.queries import cases
from keizoku.reviews.rules.proposing import ProposalKind
from keizoku.reviews.rules.reasons import Outcome
from keizoku.risk import actions as risk
from keizoku.risk.errors import NotRateable


def follow(decision: Decision, review: Review, actor: Actor, now: datetime) -> None:
    """All that a decision brings about but the review's own state."""
    if decision.outcome == Outcome.APPROVE:
        _apply(decision, review, actor, now)
    draw(decision, now)


def _apply(decision: Decision, review: Review, actor: Actor, now: datetime) -> None:
    """The answer becomes the record, dated by the day of the answer; the rating follows."""
    answer = Answer.objects.get(review_id=review.id, round=review.round)
    grant = audit.grant_read(actor=actor, purpose="review.decision", subjects=[review.customer_id])
    proposals = [
        (row, value) for row, value in cases.proposals(review, grant) if row.kind != ProposalKind.NOTE
    ]
    day = answer.business_at.astimezone(TOKYO).date()
    _apply_documents(proposals, review, actor, now)
    proposals = [(row, value) for row, value in proposals if row.verification_id is None]
    changes = {row.field: value for row, value in proposals if row.is_change and value is not None}
    version = customers.apply_changes(
        customer_id=review.customer_id,
        changes=changes,
        confirmed=[row.field for row, _ in proposals if not row.is_change],
        source=RecordVersion.Source.DECLARED.value,
        as_of=day,
        actor=actor,
    )
    tell_old_points(review, changed=changes, version=version, actor=actor)
    record_confirmation(
        decision, answer, fields=[(row.field, row.is_change) for row, _ in proposals], version=version
    )
    if decision.decided_by_id is not None:
        # Whom a corporation declares as its owners is for a person to believe, never for a policy.
        today = now.astimezone(TOKYO).date()
        apply_owners(review, answer, actor=actor, today=today, grant=grant)
    try:
        risk.rate_one(review.customer_id, actor, now.astimezone(TOKYO).date())
    except NotRateable:
        # The account was closed meanwhile: the record keeps the answer, and nobody is due any more.
        return


def _apply_documents(
    proposals: list[tuple[ProposedChange, str | None]], review: Review, actor: Actor, now: datetime
) -> None:
    """What a verified document said, with the document as its source, before the answer's own version."""
    said = {row.field: value for row, value in proposals if row.verification_id and row.is_change and value}
    if said:
        customers.apply_changes(
            customer_id=review.customer_id,
            changes=said,
            confirmed=[],
            source=RecordVersion.Source.DOCUMENT.value,
            as_of=now.astimezone(TOKYO).date(),
            actor=actor,
            reason="identity",
            is_confirmation=False,
        )
