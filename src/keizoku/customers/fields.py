"""The fields of a record that identify a person, in the order screens show them. Pure; anybody may read it."""

from typing import Final

# Stored encrypted in a record version, never in the clear.
ENCRYPTED_FIELDS: Final = (
    "number",
    "name",
    "kana",
    "birth_date",
    "postal_code",
    "address",
    "phone",
    "email",
    "account",
)
