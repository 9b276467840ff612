"""What this room keeps of a customer, and how it goes (``kernel.keeping``)."""

from typing import Final

from keizoku.customers.kept import ENDED, OF_CUSTOMERS
from keizoku.kernel.keeping import Kind, Start, Way

_TABLES: Final = (
    "risk_simplified",
    "risk_simplifiedchange",
    "risk_standing",
    "risk_rating",
    "risk_event",
    "risk_circumstance",
)
_ANY_LEFT: Final = " OR ".join(
    f"EXISTS (SELECT FROM {table} r WHERE r.customer_id = c.id)" for table in _TABLES
)

KINDS: Final = (
    Kind(
        name="rating",
        label="リスク評価・期日・事情",
        start=Start.RELATION_ENDED,
        due=f"{ENDED} AND ({_ANY_LEFT})",
        ways=tuple(Way(table, OF_CUSTOMERS) for table in _TABLES),
    ),
)
EXEMPT: Final = {
    "risk_duecount": "期日とリスクごとの人数だけ",
    "risk_scorecard": "評価表の文章だけで、だれのことも示さない",
    "risk_trial": "試算の途中の人数だけ。終われば消える",
    "risk_dryrun": "試算の人数だけ。大きく動く例はお客さまの番号で、記録が消えれば何も示さない",
}
