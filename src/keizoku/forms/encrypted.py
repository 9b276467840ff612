"""Which of this room's columns are encrypted (``kernel.crypto.columns``)."""

from typing import Final

from keizoku.kernel.crypto.columns import EncryptedTable

TABLES: Final = (
    EncryptedTable(
        "forms_draft",
        ("payload",),
        record="t.review_id::text",
        # A draft knows its review only; whose it is, the reviews say.
        subject="(SELECT r.customer_id FROM reviews_review AS r WHERE r.id = t.review_id)",
    ),
)
