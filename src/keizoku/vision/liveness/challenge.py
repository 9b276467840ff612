"""The poses that are asked for: the plain face, then three turns that nobody knows before."""

from collections.abc import Sequence
from typing import Final, Protocol

PLAIN: Final = "front"
TURNS: Final = ("left", "right", "up", "down")
POSES: Final = (PLAIN, *TURNS)
_COUNT: Final = 3


class Chooser(Protocol):
    """Whatever chooses at random; the server's is `secrets.SystemRandom()`."""

    def choice(self, seq: Sequence[str], /) -> str:
        """One of these."""
        ...


def poses(random: Chooser) -> tuple[str, ...]:
    """The plain face, then three turns, never two neighbours alike: one of 36, as the person sees left and right."""
    asked = [PLAIN]
    for _ in range(_COUNT):
        asked.append(random.choice([turn for turn in TURNS if turn != asked[-1]]))
    return tuple(asked)
