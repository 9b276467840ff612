"""A corporation's declared beneficial owners: shown beside the record's, and made the record by a person's decision.

Never by a policy: what is declared about owners is for a person to believe. Part of reading a case, and of the deciding
transaction (``actions.applying``).
"""

from datetime import date

from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.customers.codes import Kind
from keizoku.customers.relations import declaring
from keizoku.customers.relations.declaring import Compared
from keizoku.customers.relations.rules import DeclaredOwner
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import TOKYO
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.reviews.models import Answer, Review
from keizoku.reviews.queries import cases
from keizoku.reviews.rules.owning import HOLDERS, LISTS, declared_owners

PURPOSE = "review.owners"


def compare_owners(review_id: int, staff: Staff) -> list[Compared]:
    """Old and new owners of one case; empty where the answer declares none. Leaves the audit entry of the reading."""
    review = Review.objects.select_related("customer").get(id=review_id)
    answer = Answer.objects.filter(review_id=review_id, round=review.round).first()
    if answer is None or review.customer.kind != Kind.CORPORATION:
        return []
    subjects = declaring.subjects(review.customer_id)
    grant = audit.grant_read(actor=staff.actor, purpose=PURPOSE, subjects=subjects)
    declared = _declared(review, grant)
    if not declared:
        return []
    return declaring.compare(review.customer_id, declared, as_of=_day(answer), grant=grant)


def apply_owners(review: Review, answer: Answer, *, actor: Actor, today: date, grant: ReadGrant) -> None:
    """Make the declared owners the record. Refusals are those of ``declaring.take_declared``."""
    if declared := _declared(review, grant):
        declaring.take_declared(review.customer_id, declared, as_of=_day(answer), actor=actor, today=today)


def _declared(review: Review, grant: ReadGrant) -> tuple[DeclaredOwner, ...]:
    asked = {HOLDERS, *LISTS}
    return declared_owners(
        {row.field: value for row, value in cases.proposals(review, grant) if row.field in asked}
    )


def _day(answer: Answer) -> date:
    return answer.business_at.astimezone(TOKYO).date()
