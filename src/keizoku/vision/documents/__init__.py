"""Documents of identity in pictures: found, judged, straightened and read.

I own what a document says, and what can be said of a shot of one. `look` is quick and asks no model; `read` does all. Codes
only: whoever shows them to a person has the words.
"""

from keizoku.vision.documents.forbidden import Forbidden, forbidden
from keizoku.vision.documents.looking import look
from keizoku.vision.documents.reading import read
from keizoku.vision.documents.results import Doubt, Field, Kind, Look, Reading, Reason, Side, Why
from keizoku.vision.documents.tilt import Tilt, tilted

__all__ = [
    "Doubt",
    "Field",
    "Forbidden",
    "Kind",
    "Look",
    "Reading",
    "Reason",
    "Side",
    "Tilt",
    "Why",
    "forbidden",
    "look",
    "read",
    "tilted",
]
