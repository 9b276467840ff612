"""The kinds of document, one module each.

A module says what its kind looks like and reads its sides: it has one constant, DOCUMENT. Adding a kind is adding a module
and its line in ORDER (docs/vision.md).
"""

from functools import lru_cache
from importlib import import_module
from typing import Final

from keizoku.vision.documents.kind import Document
from keizoku.vision.documents.results import Kind

ORDER: Final = (
    Kind.DRIVING_LICENCE, Kind.DRIVING_HISTORY, Kind.MY_NUMBER_CARD, Kind.PASSPORT, Kind.RESIDENCE_CARD,
    Kind.SPECIAL_PERMANENT_RESIDENT,
)  # fmt: skip


@lru_cache(maxsize=16)
def document(kind: Kind) -> Document:
    """What is known of a kind."""
    found: Document = import_module(f"{__name__}.{kind.value}").DOCUMENT
    return found


def all_kinds() -> tuple[Document, ...]:
    """Every kind that can be read, the first of equals wins."""
    return tuple(document(kind) for kind in ORDER)
