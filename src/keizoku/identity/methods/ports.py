"""What somebody else must implement: whoever reads a chip. Until a reader of ours exists, a provider's result brings this.

A chip's record proves nothing before its issuer's signature was checked (passive authentication, ICAO 9303-11; the
documents' own specifications): whoever implements the port says that it was, and how.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol


class Authentication(StrEnum):
    """How it was made sure that the chip's record is its issuer's, and the chip no copy."""

    PASSIVE = "passive"
    PASSIVE_AND_ACTIVE = "passive_and_active"


@dataclass(frozen=True, slots=True)
class ChipEvidence:
    """What a chip says of its holder.

    Attributes:
        document: as ``identity.rules.steps.Kind`` names it.
        attributes: name, birth_date, address, as far as the chip holds them; never an Individual Number, never 本籍.
        portrait: the reference portrait (JPEG or JPEG 2000), against which a face is compared.
    """

    document: str
    authentication: Authentication
    attributes: Mapping[str, str] = field(repr=False)
    portrait: bytes = field(repr=False)


class ChipReader(Protocol):
    """Reads what a customer's phone or a counter's reader brought, and checks its issuer's signature."""

    def read(self, brought: bytes) -> ChipEvidence:
        """The evidence.

        Raises:
            ResultRefused: the signature is not the issuer's, or the chip says less than the method needs.
        """
        ...
