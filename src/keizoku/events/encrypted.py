"""Which of this room's columns are encrypted (``kernel.crypto.columns``): secrets shared with receivers, nobody's data."""

from typing import Final

from keizoku.kernel.crypto.columns import EncryptedTable

TABLES: Final = (
    EncryptedTable("events_subscription", ("secret", "old_secret"), record="t.id::text", subject=""),
)
