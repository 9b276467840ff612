"""Which of this room's columns are encrypted (``kernel.crypto.columns``).

An applicant who is no customer yet is the subject "minus the verification's id": no customer has such a number.
"""

from typing import Final

from keizoku.kernel.crypto.columns import EncryptedTable

_SUBJECT: Final = (
    "(SELECT COALESCE(v.customer_id, -v.id) FROM identity_verification AS v WHERE v.id = t.verification_id)"
)

TABLES: Final = (
    EncryptedTable(
        "identity_confirmationrecord",
        ("payload",),
        record="t.verification_id || '.' || t.number",
        subject=_SUBJECT,
    ),
    EncryptedTable(
        "identity_decision",
        ("note",),
        record="t.verification_id || '.' || t.round || '.' || t.number",
        subject=_SUBJECT,
    ),
    EncryptedTable("identity_facetemplate", ("key",), record="t.verification_id::text", subject=_SUBJECT),
    EncryptedTable(
        "identity_finding", ("value",), record="t.verification_id || '.' || t.field", subject=_SUBJECT
    ),
    EncryptedTable(
        "identity_providerresult", ("payload",), record="t.verification_id::text", subject=_SUBJECT
    ),
    EncryptedTable("identity_reading", ("payload",), record="t.shot_id || '.' || t.round", subject=_SUBJECT),
    EncryptedTable(
        "identity_verification",
        ("applicant",),
        record="t.key::text",
        subject="COALESCE(t.customer_id, -t.id)",
    ),
)
