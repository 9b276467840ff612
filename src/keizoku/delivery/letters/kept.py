"""How long letters are kept (``delivery.kept``)."""

from typing import Final

from keizoku.kernel.keeping import Kind, Start, Way

_OF_BATCHES: Final = "batch_id = ANY($1)"

LETTERS: Final = Kind(
    name="letter",
    label="手紙の印刷用ファイルと、戻ってきた郵便の記録",
    start=Start.SETTLED,
    due="""
        SELECT b.id AS subject, NULL::bigint AS customer_id, b.campaign_id,
               (b.moved_at AT TIME ZONE 'Asia/Tokyo')::date AS since
        FROM delivery_letterbatch b WHERE b.state IN ('posted', 'not_sent', 'refused', 'cancelled', 'unconfirmed')
    """,
    ways=(
        Way(
            "delivery_letterreturn",
            "(campaign_id, wave_id, position) IN "
            "(SELECT l.campaign_id, l.wave_id, l.position FROM delivery_letter l WHERE l.batch_id = ANY($1))",
        ),
        Way("delivery_letter", _OF_BATCHES),
        Way("delivery_letterbatch", "id = ANY($1)"),
    ),
    files="SELECT b.id, f.file FROM delivery_letterbatch b CROSS JOIN LATERAL (VALUES (b.pdf), (b.manifest)) AS f (file) "
    "WHERE b.id = ANY(%s) AND f.file <> ''",
)
