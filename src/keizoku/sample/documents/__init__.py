"""Invented identity documents, drawn layout-true and photographed by simulation, each with its truth.

All names, numbers and addresses are invented, heads are drawn, and every side is marked 見本. The same seed gives the same
bytes. One family of type, one layout of each kind and one set of backgrounds are kept out of everything that is tuned on
specimens: the accuracy on those is reported apart.
"""

from keizoku.sample.documents.drawing import KINDS, draw, variants
from keizoku.sample.documents.photographing import photograph, tilted
from keizoku.sample.documents.scenes import Conditions, Fault, Scene
from keizoku.sample.documents.specimens import FieldTruth, Kind, Side, Specimen

__all__ = [
    "KINDS", "Conditions", "Fault", "FieldTruth", "Kind", "Scene", "Side", "Specimen", "draw", "photograph", "tilted",
    "variants",
]  # fmt: skip
