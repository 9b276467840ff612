"""Which of this room's columns are encrypted (``kernel.crypto.columns``).

An applicant who is no customer yet is the subject "minus the verification's id": no customer has such a number.
"""

from typing import Final

from keizoku.kernel.crypto.columns import EncryptedTable

TABLES: Final = (
    EncryptedTable(
        "identity_verification",
        ("applicant",),
        record="t.key::text",
        subject="COALESCE(t.customer_id, -t.id)",
    ),
)
