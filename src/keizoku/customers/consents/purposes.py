"""The institution's list of purposes: the file that ``CONSENT_PURPOSES`` names, or the one that comes with Keizoku."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from keizoku.customers.consents.rules import Purpose, PurposesInvalid, read_purposes

SUPPLIED = Path(__file__).with_name("purposes.toml")


@lru_cache(maxsize=1)
def purposes() -> Mapping[str, Purpose]:
    """Code → purpose, read once a process.

    Raises:
        PurposesInvalid: the file cannot be used; a process that needs it does not start.
    """
    path = Path(settings.CONSENT_PURPOSES) if settings.CONSENT_PURPOSES else SUPPLIED
    found = read_purposes(path.read_text(encoding="utf-8"))
    for purpose in found.values():
        if purpose.channel and purpose.channel not in settings.CHANNELS:
            raise PurposesInvalid(
                f"{path.name}: {purpose.code} の channel {purpose.channel!r} はありません: {', '.join(settings.CHANNELS)}"
            )
    return found


def label(code: str) -> str:
    """A purpose in words; one that the list no longer has keeps its code."""
    purpose = purposes().get(code)
    return purpose.label if purpose else code
