"""The readers under measurement, behind a port: what a labelled picture is shown to."""

import time
from dataclasses import dataclass
from typing import Protocol

from keizoku.accuracy.folders import Labelled
from keizoku.vision.documents import look, read
from keizoku.vision.documents.results import Look, Reading, Side
from keizoku.vision.pictures import Picture, opened


class Reader(Protocol):
    """Whoever looks at and reads documents."""

    def look(self, picture: Picture) -> Look:
        """The quick judgement of a shot."""
        ...

    def read(self, picture: Picture, side: Side) -> Reading:
        """What the document says; its kind is found by the reader."""
        ...


class Own:
    """`keizoku.vision.documents`, told nothing but the side."""

    def look(self, picture: Picture) -> Look:
        return look(picture)

    def read(self, picture: Picture, side: Side) -> Reading:
        return read(picture, None, side)


@dataclass(frozen=True)
class Read:
    """A picture with what the reader made of it; `reading` None where the gates turned it away."""

    labelled: Labelled
    picture: Picture
    look: Look
    reading: Reading | None
    seconds: float


def shown(one: Labelled, reader: Reader, *, reads_refused: bool = False) -> Read:
    """Show one picture; processor seconds are those of looking and reading, not of opening the file."""
    picture = opened(one.path.read_bytes())
    began = time.process_time()
    seen = reader.look(picture)
    reading = reader.read(picture, Side(one.side)) if seen.will_do or reads_refused else None
    return Read(one, picture, seen, reading, time.process_time() - began)
