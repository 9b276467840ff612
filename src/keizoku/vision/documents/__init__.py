"""Documents of identity in pictures: found, judged, straightened and read.

I own what a document says, and what can be said of a shot of one. `look` is quick and asks no model; `read` does all. Codes
only: whoever shows them to a person has the words.
"""

from keizoku.vision.documents.looking import look
from keizoku.vision.documents.reading import read
from keizoku.vision.documents.results import Doubt, Field, Kind, Look, Reading, Reason, Side, Why

__all__ = ["Doubt", "Field", "Kind", "Look", "Reading", "Reason", "Side", "Why", "look", "read"]
