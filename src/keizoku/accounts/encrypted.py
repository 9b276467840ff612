"""Which of this room's columns are encrypted (``kernel.crypto.columns``): secrets of staff's apps, no customer's data."""

from typing import Final

from keizoku.kernel.crypto.columns import EncryptedTable

TABLES: Final = (EncryptedTable("accounts_authenticatorapp", ("secret",), record="t.key::text", subject=""),)
