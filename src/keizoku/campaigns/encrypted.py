"""Which of this room's columns are encrypted (``kernel.crypto.columns``)."""

from typing import Final

from keizoku.kernel.crypto.columns import EncryptedTable

TABLES: Final = (
    # An incident is about no one customer.
    EncryptedTable("campaigns_incidententry", ("words",), record="t.key::text", subject=""),
    EncryptedTable(
        "campaigns_silentevent",
        ("note",),
        record="t.key::text",
        subject="(SELECT s.customer_id FROM campaigns_silentcase AS s WHERE s.id = t.case_id)",
    ),
)
