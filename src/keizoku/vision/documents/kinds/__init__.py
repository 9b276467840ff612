"""The kinds of document, one module each.

A module says what its kind looks like and reads its sides: it has one constant, DOCUMENT. Adding a kind is adding a module
and its line in ORDER (docs/vision.md).
"""

from functools import lru_cache
from importlib import import_module
from typing import Final

from keizoku.vision.documents.kind import Document
from keizoku.vision.documents.results import Kind

# Those with the more telling words first: a driving history is a licence's sister, a special permanent resident's
# certificate a residence card's.
ORDER: Final = (
    Kind.DRIVING_LICENCE,
)  # fmt: skip


@lru_cache(maxsize=16)
def document(kind: Kind) -> Document:
    """What is known of a kind."""
    found: Document = import_module(f"{__name__}.{kind.value}").DOCUMENT
    return found


def all_kinds() -> tuple[Document, ...]:
    """Every kind that can be read, in the order in which they are told apart."""
    return tuple(document(kind) for kind in ORDER)
