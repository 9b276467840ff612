"""Identity in a review: asked for after the answer where the policy of verifications says so, and what a document said
becomes proposed changes with their source.

News comes by rows: identity knows nothing of reviews. Nothing of a document enters the record but by a reviewer's decision.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from django.db import transaction

from keizoku.audit import actions as audit
from keizoku.customers import facts as facts_of
from keizoku.customers.attributes import queries as attributes
from keizoku.customers.codes import Kind
from keizoku.customers.models import Fact
from keizoku.identity import asking, findings, policies
from keizoku.identity.findings import Findings
from keizoku.identity.methods.errors import MethodNotAllowed
from keizoku.identity.rules.purposes import Purpose
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto import field
from keizoku.reviews.models import ProposedChange, Review
from keizoku.reviews.queries.cases import PROPOSAL_VALUE
from keizoku.reviews.rules.proposing import BESIDE, ProposalKind
from keizoku.reviews.rules.states import State
from keizoku.risk import queries as risk

ACTOR: Final = Actor.system("reviews.identity")
_RECORD: Final = ("name", "address")
_STAY: Final = "period_of_stay_until"
_EXPIRY: Final = "expiry_date"
_JAPAN: Final = "JPN"


def ask_for(review: Review) -> int | None:
    """Ask for a verification, if the customer's class is asked; within the transaction of the answer. The id, or None.

    A method that the law allows no more stops no answer: nothing is asked, and the audit says so.
    """
    kind = Kind(Fact.objects.values_list("kind", flat=True).get(customer_id=review.customer_id))
    standing = risk.standing(review.customer_id)
    asked = policies.asked_of(kind, standing.level if standing else None)
    if asked is None:
        return None
    request = asking.Request(
        purpose=Purpose.ONGOING_CHECK if review.campaign_id is not None else Purpose.PER_EVENT,
        legal_use=asked.legal_use,
        customer_id=review.customer_id,
        review_id=review.id,
        statute=asked.statute,
        method=asked.method,
    )
    try:
        return asking.ask(request, ACTOR)
    except MethodNotAllowed as refusal:
        audit.record(
            actor=ACTOR,
            action="reviews.identity.not_asked",
            subject=("review", review.id),
            details={"method": asked.method, "code": refusal.code},
        )
        return None


def is_pending(review_id: int) -> bool:
    """Whether a verification of this review is still to come: until then nothing is approved."""
    return findings.is_open_for(review_id)


def take_findings() -> int:
    """What documents of passed verifications say otherwise than the record becomes proposals; how many reviews had some."""
    waiting = Review.objects.filter(state=State.ANSWERED).values("id")
    return sum(_proposed(found) for found in findings.found_for(waiting))  # each under its own grant


@transaction.atomic
def _proposed(found: Findings) -> bool:
    review = Review.objects.select_for_update().get(id=found.review_id)
    if review.state != State.ANSWERED or not findings.take(found):
        return False
    grant = audit.grant_read(actor=ACTOR, purpose="review.identity", subjects=[review.customer_id])
    said = ProposedChange.objects.filter(review_id=review.id, round=review.round)
    asked = set(said.values_list("field", flat=True))
    rows = [
        _row(review, said.count() + number, name, value, found, is_said=name in asked)
        for number, (name, value) in enumerate(_values(review, findings.values(found, grant)))
    ]
    ProposedChange.objects.bulk_create(rows)
    if rows:
        audit.record(
            actor=ACTOR,
            action="reviews.identity.proposed",
            subject=("review", review.id),
            details={"verification": found.verification_id, "fields": ",".join(row.field for row in rows)},
        )
    return bool(rows)


def _values(review: Review, said: Mapping[str, tuple[str, bool]]) -> Iterator[tuple[str, str]]:
    """Fields of the record and facts with what the document says otherwise."""
    for name in _RECORD:
        value, is_difference = said.get(name, ("", False))
        if is_difference:
            yield name, value
    known = facts_of.facts(review.customer_id)
    stay = said.get(_STAY, ("", False))[0]
    if stay and known.nationality != _JAPAN and _day(known.residence_expires_on) != stay:
        yield "residence_expires_on", stay
    attribute, expiry = findings.expiry_attribute(), said.get(_EXPIRY, ("", False))[0]
    is_kept = bool(attribute) and attribute in attributes.usable_by_name([attribute])
    if is_kept and expiry and _day(known.attributes.get(attribute)) != expiry:
        yield attribute, expiry


def _row(
    review: Review, position: int, name: str, value: str, found: Findings, *, is_said: bool
) -> ProposedChange:
    """A change; where the customer himself said something of the field in this round, a note that changes nothing."""
    if is_said:
        name, kind = f"{BESIDE}{name}", ProposalKind.NOTE
    else:
        kind = ProposalKind.RECORD if name in _RECORD else ProposalKind.FACT
    record = f"{review.id}.{review.round}.{name}"
    return ProposedChange(
        review_id=review.id,
        round=review.round,
        position=position,
        field=name,
        value=field.encrypt(value, where=PROPOSAL_VALUE, record=record),
        kind=kind,
        is_change=not is_said,
        needs_person=not is_said,
        verification_id=found.verification_id,
    )


def _day(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")
