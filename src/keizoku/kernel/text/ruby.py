"""ふりがな written beside its kanji, 漢字《かんじ》: read for showing, taken out for plain places. Pure.

The reading stands over the run of kanji before it; where it begins elsewhere, ｜ says where: ｜お客《きゃく》.
"""

import re
from typing import Final

_KANJI: Final = r"[一-鿿㐀-䶿豈-﫿々〆ヶ]"
_MARKED = re.compile(rf"(?:｜([^｜《》]+)|({_KANJI}+))《([^《》]+)》")
_BARE = re.compile(rf"{_KANJI}+")


def segments(words: str) -> list[tuple[str, str]]:
    """(words, reading) in order; the reading is empty where none is written."""
    found: list[tuple[str, str]] = []
    end = 0
    for marked in _MARKED.finditer(words):
        if marked.start() > end:
            found.append((words[end : marked.start()], ""))
        found.append((marked[1] or marked[2], marked[3]))
        end = marked.end()
    if end < len(words):
        found.append((words[end:], ""))
    return found


def plain(words: str) -> str:
    """Without readings, for a page's title and for people who see the words in a list."""
    return "".join(base for base, _ in segments(words))


def spoken(words: str) -> str:
    """As it is read aloud."""
    return "".join(reading or base for base, reading in segments(words))


def unread(words: str) -> list[str]:
    """The kanji over which no reading stands."""
    return [run for base, reading in segments(words) if not reading for run in _BARE.findall(base)]
