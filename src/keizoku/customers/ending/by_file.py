"""The end of relations as a bank's file tells it: one statement a batch, in the import's own transaction.

An empty cell says nothing: only staff open a relation again. What staff opened again after the file's day stays open; a day
that only files have told is corrected by a later file.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django.db import connection

from keizoku.audit import actions as audit
from keizoku.customers.models import ImportRun
from keizoku.kernel.actor import Actor

_END: Final = """
WITH told AS (
    SELECT * FROM unnest(%(customers)s::bigint[], %(days)s::date[]) AS t (customer_id, closed_on)
), ended AS (
    UPDATE customers_customer c SET state = 'closed', closed_on = told.closed_on
    FROM told
    WHERE c.id = told.customer_id AND c.destroyed_on IS NULL
      AND (c.state = 'active' AND NOT EXISTS (
               SELECT FROM customers_ending e
               WHERE e.customer_id = c.id AND e.kind = 'reopened' AND e."on" > %(as_of)s)
           OR c.state = 'closed' AND c.closed_on IS DISTINCT FROM told.closed_on AND NOT EXISTS (
               SELECT FROM customers_ending e
               WHERE e.customer_id = c.id AND e.recorded_by NOT LIKE 'import:%%'))
    RETURNING c.id, c.closed_on
), noted AS (
    INSERT INTO customers_ending (customer_id, kind, "on", reason, recorded_by, recorded_at)
    SELECT id, 'ended', closed_on, 'file', %(by)s, now() FROM ended
), stopped AS (
    INSERT INTO customers_contactstop (customer_id, campaign_id, reason, created_at)
    SELECT id, NULL, 'closed', now() FROM ended
    ON CONFLICT DO NOTHING
)
SELECT count(*), encode(sha256(convert_to(string_agg(id::text, ',' ORDER BY id), 'UTF8')), 'hex') FROM ended
"""


def end_by_file(ended: Sequence[tuple[int, date]], run: ImportRun) -> int:
    """Close the relations of which the file names the last day; returns how many were closed or corrected by it."""
    if not ended:
        return 0
    names: dict[str, Any] = {
        "customers": [customer_id for customer_id, _ in ended],
        "days": [day for _, day in ended],
        "as_of": run.as_of,
        "by": f"import:{run.id}",
    }
    with connection.cursor() as cursor:
        cursor.execute(_END, names)
        count, digest = cursor.fetchone()
    if count:
        audit.record_many(
            actor=Actor.system("import"),
            action="customers.relation.ended",
            subject=("import", run.id),
            count=count,
            ids_digest=digest,
            details={"source": "file"},
        )
    return int(count)
