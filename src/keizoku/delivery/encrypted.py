"""Which of this room's columns are encrypted (``kernel.crypto.columns``)."""

from typing import Final

from keizoku.kernel.crypto.columns import EncryptedTable

TABLES: Final = (
    # Only while a code waits: empty as soon as it was sent or is over.
    EncryptedTable("delivery_code", ("sealed",), record="t.key::text", subject="t.customer_id"),
)
