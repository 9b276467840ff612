"""Whether an address leads to a customer whom this member of staff sees: a record, or a case of his (ADR 0049)."""

from collections.abc import Mapping

from keizoku.accounts.access import Staff
from keizoku.customers import sight
from keizoku.identity import results
from keizoku.reviews.queries import rows


def is_in_sight(staff: Staff, named: Mapping[str, object]) -> bool:
    """``named`` are the parts of an address; one that names no customer is in everybody's sight."""
    if isinstance(customer_id := named.get("customer_id"), int):
        return sight.sees(staff.actor, customer_id)
    if isinstance(review_id := named.get("review_id"), int):
        review = rows.by_id(review_id)
        return review is None or sight.sees(staff.actor, review.customer_id)
    if isinstance(verification_id := named.get("verification_id"), int):
        about = results.customer_of(verification_id)
        return about is None or sight.sees(staff.actor, about)
    return True
