"""Japanese sentences that know of what they were made, so that a page can say them in its reader's language.

Wherever such a sentence is kept, written or compared it is its Japanese, and nothing else.
"""

from collections.abc import Callable

Say = Callable[[str], str]


class Sentence(str):
    """Its Japanese; who makes one says by ``said`` how it is made of words that ``say`` knows."""

    __slots__ = ()

    def said(self, say: Say) -> str:
        return say(str(self))
