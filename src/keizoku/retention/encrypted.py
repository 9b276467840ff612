"""Which of this room's columns are encrypted (``kernel.crypto.columns``)."""

from typing import Final

from keizoku.kernel.crypto.columns import EncryptedTable

TABLES: Final = (
    # A campaign's hold is about no customer.
    EncryptedTable("retention_hold", ("payload",), record="t.key::text", subject="t.customer_id"),
)
