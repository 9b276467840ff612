"""Which of this room's columns are encrypted (``kernel.crypto.columns``)."""

from typing import Final

from keizoku.kernel.crypto.columns import EncryptedTable

_SUBJECT: Final = "(SELECT r.customer_id FROM reviews_review AS r WHERE r.id = t.review_id)"
_OF_FORM: Final = (
    "(SELECT r.customer_id FROM reviews_paperform AS f JOIN reviews_review AS r ON r.id = f.review_id "
    "WHERE f.id = t.form_id)"
)
_ROUND: Final = "t.review_id || '.' || t.round"

TABLES: Final = (
    EncryptedTable("reviews_answer", ("payload",), record=_ROUND, subject=_SUBJECT),
    EncryptedTable("reviews_callback", ("words",), record="t.key::text", subject="t.customer_id"),
    EncryptedTable(
        "reviews_deskcase",
        ("draft",),
        record="t.review_id || '.' || t.held_by_id",
        subject=_SUBJECT,
        key="review_id",
    ),
    EncryptedTable("reviews_decision", ("note",), record=_ROUND, subject=_SUBJECT),
    EncryptedTable("reviews_qualitycheck", ("note",), record="t.decision_id::text", subject=_SUBJECT),
    EncryptedTable(
        "reviews_paperkeying", ("payload",), record="t.form_id || '.' || t.place", subject=_OF_FORM
    ),
    EncryptedTable(
        "reviews_paperresolution", ("payload",), record="t.form_id || '.' || t.number", subject=_OF_FORM
    ),
    EncryptedTable(
        "reviews_proposedchange", ("value",), record=f"{_ROUND} || '.' || t.field", subject=_SUBJECT
    ),
)
