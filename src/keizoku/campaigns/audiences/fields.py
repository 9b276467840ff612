"""The fields that an audience may name: those of the record and the rating, and what became of contacting the customer.

The expressions stand over ``TABLES``. What a campaign did is
asked by its number, so that only its own partition is read.
"""

from typing import Final

from keizoku.kernel.conditions import Fields
from keizoku.risk import registry
from keizoku.risk.fields import AUDIENCE_TABLES

TABLES: Final = AUDIENCE_TABLES


def usable_fields() -> Fields:
    """What a new audience may name."""
    return registry.usable_fields()


def readable_fields() -> Fields:
    """What an audience that exists may have named: the attributes that ended too."""
    return registry.readable_fields()
