"""A code's two forms: encrypted while it waits, and the keyed digest that it is compared by afterwards."""

import hashlib
import hmac
from typing import Final
from uuid import UUID

from keizoku.kernel.crypto import field
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.kernel.crypto.keyring import current

SEALED: Final = "delivery_code.sealed"


def seal(digits: str, key: UUID) -> bytes:
    return field.encrypt(digits, where=SEALED, record=str(key))


def unseal(sealed: bytes, key: UUID, customer_id: int, grant: ReadGrant) -> str:
    return field.decrypt(sealed, where=SEALED, record=str(key), subject=customer_id, grant=grant)


def digest_of(digits: str, key: UUID) -> bytes:
    """HMAC-SHA-256 over the code and its own key, so that equal codes do not look alike."""
    return hmac.digest(current().derive("delivery.code"), f"{key}:{digits}".encode(), hashlib.sha256)
