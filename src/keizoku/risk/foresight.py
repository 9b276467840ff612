"""What the scorecard in force would say of one customer if some facts were others. Nothing is written.

Invariant: only what the scorecard says is compared, before cool-down and circumstances, so that nobody learns from it
whether there is a circumstance (ADR 0012).
"""

from collections.abc import Mapping
from datetime import date

from keizoku.risk.queries import active_scorecard
from keizoku.risk.rules.foresight import Foreseen, compare
from keizoku.risk.rules.rating import rate
from keizoku.risk.surroundings import surroundings


def foresee(customer_id: int, changes: Mapping[str, object], today: date) -> Foreseen | None:
    """The customer's points and level now and with ``changes`` (field of the scorecard → value); None without facts.

    Raises:
        NoActiveScorecard: nothing to rate by.
    """
    definition = active_scorecard().definition
    found = surroundings(customer_id, today, definition.fields)
    if found is None:
        return None
    known = {name: value for name, value in changes.items() if name in found.facts}
    before = rate(definition, found.facts, today)
    return compare(definition, before, rate(definition, found.facts | known, today))
