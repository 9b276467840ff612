"""Which of this room's columns are encrypted (``kernel.crypto.columns``)."""

from typing import Final

from keizoku.customers.fields import ENCRYPTED_FIELDS
from keizoku.kernel.crypto.columns import EncryptedTable

_RELATION: Final = "SELECT {} FROM customers_relation AS r WHERE r.id = t.relation_id"

TABLES: Final = (
    EncryptedTable(
        "customers_recordversion",
        tuple(ENCRYPTED_FIELDS),
        record="t.customer_id || '.' || t.version",
        subject="t.customer_id",
    ),
    EncryptedTable(
        "customers_importconflict",
        ("proposed",),
        record="t.customer_id || '.' || t.field || '.' || t.run_id",
        subject="t.customer_id",
    ),
    EncryptedTable("customers_consent", ("evidence",), record="t.key::text", subject="t.customer_id"),
    # Whose account an event came from nobody knows yet.
    EncryptedTable("customers_lineevent", ("payload",), record="t.key::text", subject=""),
    EncryptedTable("customers_linelink", ("user_id",), record="t.key::text", subject="t.customer_id"),
    EncryptedTable(
        "customers_note", ("payload",), record="t.key::text", subject="t.customer_id", is_told=False
    ),
    # A task may be about nobody in particular.
    EncryptedTable("customers_task", ("words",), record="t.key::text", subject="t.customer_id"),
    EncryptedTable(
        "customers_relationfact",
        ("name", "kana", "birth_date", "address"),
        record=f"({_RELATION.format('r.key')}) || '.' || t.number",
        subject=f"({_RELATION.format('r.customer_id')})",
    ),
)
