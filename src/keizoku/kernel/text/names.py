"""Names folded for matching; the stored original never passes through here."""

import re
import unicodedata

from keizoku.kernel.text import itaiji

# NFKC has already turned the full-width space into an ASCII one.
_SPACES = re.compile(r"\s+")


def fold(name: str) -> str:
    """A name for comparing: NFKC, variant kanji folded, lower case, no spaces; idempotent."""
    folded = "".join(words(name))
    # Joined words may compose or split anew (´ is a space and an accent): fold until nothing changes.
    while (again := "".join(words(folded))) != folded:
        folded = again
    return folded


def words(name: str) -> tuple[str, ...]:
    """The folded words of a name, split where it has spaces (山田　太郎 → 山田, 太郎)."""
    text = itaiji.fold(unicodedata.normalize("NFKC", name)).casefold()
    return tuple(word for word in _SPACES.split(text) if word)
