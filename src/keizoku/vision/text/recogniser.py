"""Reading a line: pictures of single lines in, letters with their place and confidence out.

The model gives, for each step along the line, a probability of each character of its dictionary (CTC). An alphabet sets the
others to nothing before the best is taken, so that a date can only be read as a date. A letter's confidence is what the
model gave it among ALL characters: a digit that only the alphabet made of another sign is not sure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np

from keizoku.vision.pictures import Picture
from keizoku.vision.text.alphabets import Alphabet
from keizoku.vision.text.runtime import Values, network

HEIGHT: Final = 48
_WIDTHS: Final = 64  # widths are rounded up to this, so that few shapes are compiled
_WIDEST: Final = 2048
_NOTHING: Final = 0.02  # what an alphabet leaves where the model sees a sign outside of it


@dataclass(frozen=True, slots=True)
class Letter:
    """One character, where along the line it stands (0 to 1), and how sure it is. `rival` is the next best there."""

    character: str
    place: float
    confidence: float
    rival: str = ""
    rival_confidence: float = 0.0


@dataclass(frozen=True, eq=False)
class Line:
    """A recognised line. `probabilities` are kept so that it can be decoded again: (steps, dictionary)."""

    letters: tuple[Letter, ...]
    probabilities: Values

    @property
    def text(self) -> str:
        return "".join(letter.character for letter in self.letters)

    @property
    def confidence(self) -> float:
        """The mean over the letters; 0 for none."""
        return sum(letter.confidence for letter in self.letters) / len(self.letters) if self.letters else 0.0

    def within(self, alphabet: Alphabet, start: float = 0.0, end: float = 1.0) -> "Line":
        """The part from `start` to `end` (0 to 1), read again under an alphabet; places stay those of the whole line."""
        steps = len(self.probabilities)
        first, last = int(start * steps), int(np.ceil(end * steps))
        part = self.probabilities.copy()
        part[:first] = part[last:] = 0.0
        part[:first, 0] = part[last:, 0] = 1.0
        return Line(_letters(part, alphabet), self.probabilities)


@lru_cache(maxsize=1)
def dictionary() -> tuple[str, ...]:
    """What the model can read, by the place in its output; the first is the blank."""
    told = str(network("text").source.rt_info["framework"]["character"].value)
    return ("", *told.splitlines(), " ")


@lru_cache(maxsize=1)
def known() -> frozenset[str]:
    """The characters that the model can read at all."""
    return frozenset(dictionary()[1:])


def recognise(pictures: Sequence[Picture], alphabet: Alphabet | None = None) -> list[Line]:
    """Each picture of one line, read.

    One at a time: lines together cost as much processor time, and 250 MB more of memory for a card.
    """
    return [_recognised(_prepared(picture), alphabet) for picture in pictures]


def _recognised(line: Values, alphabet: Alphabet | None) -> Line:
    used = line.shape[2]
    width = -(-used // _WIDTHS) * _WIDTHS
    values = np.zeros((1, 3, HEIGHT, width), np.float32)
    values[0, :, :, :used] = line
    found = network("text")(values)[0, :, : len(dictionary())]
    steps = -(-found.shape[0] * used // width)  # the rest is padding
    return Line(_letters(found[:steps], alphabet), found[:steps].copy())


def _prepared(picture: Picture) -> Values:
    height, width = picture.shape[:2]
    wide = min(max(HEIGHT // 2, round(HEIGHT * width / max(height, 1))), _WIDEST)
    interpolation = cv2.INTER_AREA if height > HEIGHT else cv2.INTER_CUBIC
    scaled = cv2.resize(picture, (wide, HEIGHT), interpolation=interpolation)
    return np.asarray(scaled, np.float32).transpose(2, 0, 1) / 127.5 - 1.0


def _letters(probabilities: Values, alphabet: Alphabet | None) -> tuple[Letter, ...]:
    mask = None if alphabet is None else _mask(alphabet)
    allowed = probabilities if mask is None else probabilities * mask
    best = allowed.argmax(axis=1)
    letters: list[Letter] = []
    start = 0
    for end in range(1, len(best) + 1):
        if end < len(best) and best[end] == best[start]:
            continue
        if best[start]:
            letter = _letter(probabilities[start:end], int(best[start]), (start + end) / 2 / len(best))
            if letter.confidence > _NOTHING:
                letters.append(letter)
        start = end
    return tuple(letters)


def _letter(run: Values, index: int, place: float) -> Letter:
    peak = run[int(run[:, index].argmax())].copy()
    confidence = float(peak[index])
    peak[index] = peak[0] = 0.0
    rival = int(peak.argmax())
    return Letter(dictionary()[index], place, confidence, dictionary()[rival], float(peak[rival]))


@lru_cache(maxsize=64)
def _mask(alphabet: Alphabet) -> Values:
    allowed = [place == 0 or character in alphabet for place, character in enumerate(dictionary())]
    return np.array(allowed, np.float32)
