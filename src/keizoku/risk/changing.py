"""A change of one customer's attribute with the rating that follows, in one transaction."""

from datetime import date

from django.db import transaction

from keizoku.customers.attributes import actions as attributes
from keizoku.kernel.actor import Actor
from keizoku.risk.actions import rate_one
from keizoku.risk.errors import NoActiveScorecard, NotRateable


@transaction.atomic
def change_attribute(
    customer_id: int, name: str, text: str, *, reason: str, actor: Actor, today: date
) -> None:
    """Give a customer a value as staff (an empty ``text`` takes it away) and rate them anew.

    Raises:
        NotPermitted, AttributeRefused: see ``customers.attributes.actions.change_value``; nothing is changed.
    """
    attributes.change_value(customer_id, name, text, reason=reason, actor=actor)
    try:
        rate_one(customer_id, actor, today)
    except (NotRateable, NoActiveScorecard):
        # The account is closed, or there is nothing to rate by yet: the record keeps the value.
        return
