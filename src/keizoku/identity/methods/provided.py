"""What an accredited provider proved of a verification: its attributes as a document's fields, its evidence by ids.

Nothing here decrypts without a grant for the person.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any, Final

from keizoku.identity.evidence import subject_of
from keizoku.identity.methods.models import ProviderResult
from keizoku.identity.methods.ports import ChipEvidence
from keizoku.identity.methods.rules.results import Claims, read_claims
from keizoku.identity.models import Verification
from keizoku.identity.ports import FieldRead
from keizoku.kernel.crypto import field
from keizoku.kernel.crypto.grant import ReadGrant

PAYLOAD: Final = "identity_providerresult.payload"
_CERTAIN: Final = 1.0


def fields_of(row: Verification, grant: ReadGrant) -> dict[str, FieldRead]:
    """The attributes that a provider signed, as the fields of a front side; none where no provider had a part in it."""
    claims = _claims(row, grant)
    return (
        {name: FieldRead(value, value, _CERTAIN) for name, value in claims.attributes.items()}
        if claims
        else {}
    )


def chip_of(row: Verification, grant: ReadGrant) -> ChipEvidence | None:
    """The chip's record with its reference portrait, where the result rests on one."""
    claims = _claims(row, grant)
    return claims.chip if claims else None


def evidence_of(row: Verification) -> dict[str, str] | None:
    """What a record names: whose evidence, under which id, with which digest. Nobody's data."""
    found = ProviderResult.objects.filter(verification=row).first()
    if found is None:
        return None
    return {
        "provider": found.issuer,
        "evidence_id": found.evidence_id,
        "sha256": found.sha256,
        "verified_at": found.verified_at.isoformat(),
        "received_at": found.received_at.isoformat(),
        "received_by": found.received_by,
    }


def seal(row: Verification, text: str) -> bytes:
    """A signed text as it is kept."""
    return field.encrypt(text, where=PAYLOAD, record=str(row.id))


def payload_of(text: str) -> Mapping[str, Any]:
    """What a compact JWS says; whoever asks has checked its signature, now or when it came.

    Raises:
        ValueError: it is none.
    """
    _, body, _ = text.split(".")
    said = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    if not isinstance(said, dict):
        raise TypeError
    return said


def _claims(row: Verification, grant: ReadGrant) -> Claims | None:
    found = ProviderResult.objects.filter(verification=row).first()
    if found is None:
        return None
    text = field.decrypt(
        bytes(found.payload), where=PAYLOAD, record=str(row.id), subject=subject_of(row), grant=grant
    )
    return read_claims(payload_of(text))
