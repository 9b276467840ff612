"""Whom a member of staff sees where a setting limits departments to branches (ADR 0049).

One predicate, in three writings: for a set of rows, for a statement of words, for one customer. Without the setting, and for
whoever's department it does not name, all three are no condition at all.
"""

from django.db.models import Exists, OuterRef, Q

from keizoku.accounts.departments import branches_of
from keizoku.customers.models import Fact
from keizoku.kernel.actor import Actor

_SEEN = " AND EXISTS (SELECT FROM customers_fact seen WHERE seen.customer_id = {} AND seen.branch = ANY(%s))"


def seen_by(actor: Actor, customer: str) -> Q:
    """Rows whose column ``customer`` names somebody whom the actor sees."""
    branches = branches_of(actor)
    if branches is None:
        return Q()
    return Q(Exists(Fact.objects.filter(customer_id=OuterRef(customer), branch__in=branches)))


def seen_in_words(actor: Actor | None, column: str) -> tuple[str, list[list[str]]]:
    """The same behind a WHERE: the words, and their values; ``column`` is ours, and names its table."""
    branches = branches_of(actor) if actor else None
    return ("", []) if branches is None else (_SEEN.format(column), [sorted(branches)])


def sees(actor: Actor, customer_id: int) -> bool:
    branches = branches_of(actor)
    return branches is None or Fact.objects.filter(customer_id=customer_id, branch__in=branches).exists()
