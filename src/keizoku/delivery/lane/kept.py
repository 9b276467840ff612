"""How long the record of a code is kept (``delivery.kept``); the code itself is gone with its sending."""

from typing import Final

from keizoku.kernel.keeping import Kind, Start, Way

CODES: Final = Kind(
    name="code",
    label="確認コードを送った記録",
    start=Start.SETTLED,
    due="""
        SELECT c.id AS subject, c.customer_id, NULL::bigint AS campaign_id,
               (c.moved_at AT TIME ZONE 'Asia/Tokyo')::date AS since
        FROM delivery_code c WHERE c.state IN ('sent', 'refused', 'unknown', 'expired')
    """,
    ways=(
        Way(
            "delivery_codeoutcome",
            "attempt_id IN (SELECT a.id FROM delivery_codeattempt a WHERE a.code_id = ANY($1))",
        ),
        Way("delivery_codeattempt", "code_id = ANY($1)"),
        Way("delivery_code", "id = ANY($1)"),
    ),
)
