"""The envelope sender of each mail (VERP): a short signed id of its delivery; a bounce names it and cannot be forged.

"<local>+<36 letters>@<domain>": 14 bytes of campaign, wave and position and 8 of HMAC-SHA-256, in lower-case base32, since
relays may change the case of a local part. A local part has at most 64 characters (RFC 5321 §4.5.3.1.1).
"""

import base64
import binascii
import hmac
import re
from functools import lru_cache
from typing import Final

from django.conf import settings

from keizoku.delivery.rules import Tag
from keizoku.kernel.crypto import keyring

_CAMPAIGN, _WAVE, _POSITION, _SEAL = 5, 5, 4, 8
_PADDING: Final = "===="
_ADDRESS: Final = re.compile(r"<?([^<>@\s]+)\+([a-z2-7]{36})@([^<>@\s]+)>?", re.IGNORECASE)


def sender_of(tag: Tag) -> str:
    """The envelope sender of this delivery's mail."""
    named = (
        tag.campaign_id.to_bytes(_CAMPAIGN) + tag.wave_id.to_bytes(_WAVE) + tag.position.to_bytes(_POSITION)
    )
    letters = base64.b32encode(named + _seal(named)).decode().rstrip("=").lower()
    local, _, domain = settings.MAIL_BOUNCES_TO.rpartition("@")
    return f"{local}+{letters}@{domain}"


def tag_of(address: str) -> Tag | None:
    """The delivery whose mail had this envelope sender; None for an address that is not ours or was tampered with."""
    found = _ADDRESS.search(address)
    local, _, domain = settings.MAIL_BOUNCES_TO.rpartition("@")
    if found is None or (found[1].lower(), found[3].lower()) != (local.lower(), domain.lower()):
        return None
    try:
        raw = base64.b32decode(found[2].upper() + _PADDING)
    except binascii.Error:
        return None
    named, seal = raw[:-_SEAL], raw[-_SEAL:]
    if not hmac.compare_digest(seal, _seal(named)):
        return None
    wave_at, position_at = _CAMPAIGN, _CAMPAIGN + _WAVE
    return Tag(
        int.from_bytes(named[:wave_at]),
        int.from_bytes(named[wave_at:position_at]),
        int.from_bytes(named[position_at:]),
    )


def _seal(named: bytes) -> bytes:
    return hmac.digest(_key(), named, "sha256")[:_SEAL]


@lru_cache(maxsize=1)
def _key() -> bytes:
    return keyring.current().derive("bounce-address")
