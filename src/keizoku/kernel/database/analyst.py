"""What the role ``keizoku_analyst`` may read: the declared facts and the scorecards' ratings, column by column.

I own the list. Not on it: whatever is encrypted or a keyed digest, attributes that compliance adds in the browser
(nobody can say today what they will hold), and the level that holds beside the one that was scored: their difference
would tell of confidential circumstances. The grants follow the list at every migration; a test holds it against the
models. Names are strings: the kernel knows no room.
"""

from collections.abc import Mapping
from typing import LiteralString

from django.db import connections

from keizoku.kernel.database.roles import ANALYST

READABLE: Mapping[LiteralString, tuple[LiteralString, ...]] = {
    "customers_fact": (
        "customer_id",
        "kind",
        "birth_year",
        "birth_month",
        "prefecture",
        "nationality",
        "residence_expires_on",
        "occupation",
        "purpose",
        "products",
        "branch",
        "opened_on",
        "confirmed_on",
        "has_mobile",
        "has_email",
        "has_address",
        "foreign_remittance",
    ),
    "risk_rating": (
        "id",
        "customer_id",
        "scorecard_id",
        "points",
        "scored_level",
        "is_provisional",
        "missing",
        "rated_on",
        "rated_at",
    ),
}


def grant(owner: str) -> None:
    """Bring the role's rights to the list, on the owner's connection; where no such role was made, nothing is done."""
    with connections[owner].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [ANALYST])
        if cursor.fetchone() is None:
            return
        for table, columns in READABLE.items():
            cursor.execute(f"REVOKE ALL ON {table} FROM {ANALYST}")
            cursor.execute(f"GRANT SELECT ({', '.join(columns)}) ON {table} TO {ANALYST}")
