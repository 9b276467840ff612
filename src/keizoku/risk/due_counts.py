"""How many active customers are due when, by level: kept by triggers, so that the first page adds up days, not customers.

Each change of a standing, and each customer who comes, leaves or comes back, appends what it changes (migration 0008). Once
a night all is counted anew: a customer who leaves in the very moment in which somebody rates him may be counted once too
often until then.
"""

from typing import Final

from django.db import connection, transaction

from keizoku.kernel.database.folding import alone, fold

TABLE: Final = "risk_duecount"
# The level "" counts everybody who is active, rated or not.
COUNT_ANEW: Final = """
WITH gone AS (DELETE FROM risk_duecount)
INSERT INTO risk_duecount (level, due_on, is_provisional, count)
SELECT '', NULL, false, count(*) FROM customers_customer WHERE state = 'active'
UNION ALL
SELECT s.level, s.due_on, s.is_provisional, count(*)
FROM risk_standing s JOIN customers_customer c ON c.id = s.customer_id AND c.state = 'active'
GROUP BY s.level, s.due_on, s.is_provisional
"""


@transaction.atomic
def count_anew() -> None:
    """What others append meanwhile is neither seen nor lost: the statement has one snapshot, and they add to its sums."""
    alone(TABLE)
    with connection.cursor() as cursor:
        cursor.execute(COUNT_ANEW)


def fold_counts() -> int:
    return fold(TABLE, ("level", "due_on", "is_provisional"))
