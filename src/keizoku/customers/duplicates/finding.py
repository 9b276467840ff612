"""Finds likely duplicates: pairs of active customers who share tokens, by one statement over the set.

A pair that was kept apart comes back only when other values of the two agree; what was proposed or merged is left
alone; a candidate whose values agree no longer goes. Nothing is decrypted.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from keizoku.audit import actions as audit
from keizoku.customers.duplicates.rules import (
    LIMIT,
    MOST_POINTS,
    MOST_SHARING,
    POINTS,
    REASON_OF_KIND,
    Reason,
)
from keizoku.customers.models import DuplicateSearch, ImportRun
from keizoku.kernel.actor import Actor

FINDER = Actor.system("customers.duplicates")
# "keizoku duplicates" as the number of an advisory lock: one look at a time.
LOCK = 0x4B5A_0003

_REASON = (
    "CASE kind " + " ".join(f"WHEN '{kind}' THEN '{why}'" for kind, why in REASON_OF_KIND.items()) + " END"
)
_POINTS = (
    "CASE kind "
    + " ".join(f"WHEN '{kind}' THEN {POINTS[why]}" for kind, why in REASON_OF_KIND.items())
    + " END"
)
_OF_SOME = """
    AND (kind, token) IN (
        SELECT l.kind, l.token FROM customers_lookup l JOIN customers_customer c ON c.id = l.customer_id
        WHERE c.created_at BETWEEN %(since)s AND %(until)s)
"""
_FIND = """
    WITH shared AS (
        SELECT kind, token, array_agg(customer_id) AS ids FROM customers_lookup
        WHERE kind = ANY(%(kinds)s) {among}
        GROUP BY kind, token HAVING count(*) BETWEEN 2 AND %(most_sharing)s
    ),
    pair AS (
        SELECT one.id AS first_id, other.id AS second_id, kind, token
        FROM shared, unnest(ids) one (id), unnest(ids) other (id) WHERE one.id < other.id
    ),
    agreeing AS (
        SELECT first_id, second_id, sum({points}) AS points, array_agg({reason} ORDER BY kind) AS reasons,
               encode(sha256(string_agg(token, ''::bytea ORDER BY kind, token)), 'hex') AS evidence
        FROM pair GROUP BY first_id, second_id
    ),
    judged AS (
        SELECT first_id, second_id, evidence,
               least({most_points}, points + CASE WHEN is_born_alike THEN {birth} ELSE 0 END) AS score,
               to_jsonb(CASE WHEN is_born_alike THEN reasons || '{birth_reason}'::text ELSE reasons END) AS reasons
        FROM agreeing
        JOIN customers_customer a ON a.id = first_id AND a.state = 'active'
        JOIN customers_customer b ON b.id = second_id AND b.state = 'active'
             AND (a.kind = 'corporation') = (b.kind = 'corporation')
        JOIN customers_fact fa ON fa.customer_id = first_id
        JOIN customers_fact fb ON fb.customer_id = second_id
        CROSS JOIN LATERAL (
            SELECT (fa.birth_year, fa.birth_month) = (fb.birth_year, fb.birth_month) AS is_born_alike) born
    ),
    likely AS (SELECT * FROM judged WHERE score >= {limit}),
    gone AS (
        DELETE FROM customers_duplicate d
        WHERE d.state = 'found' AND %(is_whole)s
          AND NOT EXISTS (SELECT FROM likely l WHERE l.first_id = d.first_id AND l.second_id = d.second_id)
        RETURNING 1
    ),
    written AS (
        INSERT INTO customers_duplicate AS d (first_id, second_id, score, reasons, evidence, state, state_since, found_at,
            choices, proposal_digest, proposed_by, decided_by)
        SELECT first_id, second_id, score, reasons, evidence, 'found', statement_timestamp(), statement_timestamp(),
            '{{}}', '', '', ''
        FROM likely ORDER BY first_id, second_id
        ON CONFLICT (first_id, second_id) DO UPDATE SET
            score = excluded.score, reasons = excluded.reasons, evidence = excluded.evidence, state = 'found',
            state_since = CASE WHEN d.state = 'found' THEN d.state_since ELSE excluded.state_since END,
            decided_by = '', decided_at = NULL
        WHERE d.state IN ('found', 'apart') AND d.evidence <> excluded.evidence
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM written), (SELECT count(*) FROM gone)
"""


@dataclass(frozen=True, slots=True)
class FoundPairs:
    """Pairs that are new or came back, and candidates that agree no longer."""

    found: int
    gone: int


def find_everywhere(*, actor: Actor = FINDER) -> FoundPairs:
    """Look at everybody."""
    return _find(None, actor)


def find_of_imports(*, actor: Actor = FINDER) -> int:
    """Look at the customers of every finished import that nobody has looked at yet; returns of how many imports."""
    runs = list(
        ImportRun.objects.filter(
            state=ImportRun.State.DONE, created_count__gt=0, duplicate_search__isnull=True
        ).order_by("id")
    )
    # A loop over files, not over customers: each leaves its own row, so that a kill repeats one at most.
    for run in runs:
        _find(run, actor)
    return len(runs)


@transaction.atomic
def _find(run: ImportRun | None, actor: Actor) -> FoundPairs:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("SET LOCAL statement_timeout = '15min'")
        if run is not None and DuplicateSearch.objects.filter(run=run).exists():
            return FoundPairs(0, 0)
        cursor.execute(_statement(is_whole=run is None), _parameters(run))
        found, gone = cursor.fetchone()
    DuplicateSearch.objects.create(run=run, found_count=found, gone_count=gone)
    audit.record(
        actor=actor,
        action="customers.duplicates.found",
        subject=("import", run.id) if run else None,
        details={"found": found, "gone": gone},
    )
    return FoundPairs(found, gone)


def _statement(*, is_whole: bool) -> str:
    return _FIND.format(
        among="" if is_whole else _OF_SOME,
        points=_POINTS,
        reason=_REASON,
        most_points=MOST_POINTS,
        birth=POINTS[Reason.BIRTH_MONTH],
        birth_reason=Reason.BIRTH_MONTH.value,
        limit=LIMIT,
    )


def _parameters(run: ImportRun | None) -> dict[str, Any]:
    return {
        "kinds": list(REASON_OF_KIND),
        "most_sharing": MOST_SHARING,
        "is_whole": run is None,
        "since": run.started_at if run else None,
        "until": run.finished_at if run else None,
    }
