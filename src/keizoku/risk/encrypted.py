"""Which of this room's columns are encrypted (``kernel.crypto.columns``)."""

from typing import Final

from keizoku.kernel.crypto.columns import EncryptedTable

TABLES: Final = (
    EncryptedTable(
        "risk_circumstance", ("payload",), record="t.key::text", subject="t.customer_id", is_told=False
    ),
)
