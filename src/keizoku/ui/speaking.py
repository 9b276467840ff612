"""What a customer reads, in his language. Japanese is what stands in templates and refusals; a table per language says it.

A table is ``words/<language>.toml``: a Japanese sentence → the same in that language, ``{}`` for what is filled in,
readings as 漢字《かんじ》. Whole words are looked up first, then sentence by sentence; what a table lacks is shown in
Japanese. Pure but for the language of the page that is being made, which is its thread's own (ADR 0040).
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Final

from keizoku.kernel.text import ruby

JAPANESE: Final = "ja"
FOLDER: Final = Path(__file__).resolve().parent / "words"
NAMES: Final[Mapping[str, str]] = {
    JAPANESE: "日本語",
    "easy": "やさしい日本語",
    "en": "English",
    "zh": "中文",
    "ko": "한국어",
    "vi": "Tiếng Việt",
    "pt": "Português",
    "ne": "नेपाली",
    "id": "Bahasa Indonesia",
    "tl": "Tagalog",
    "my": "မြန်မာ",
}
# As browsers and screen readers know them (BCP 47); easy Japanese is Japanese.
_TAGS: Final = {"easy": JAPANESE}
_SENTENCE: Final = re.compile(r"[^。]+。?")
_language: ContextVar[str] = ContextVar("keizoku.ui.language", default=JAPANESE)


@contextmanager
def spoken_in(language: str) -> Iterator[None]:
    """Whatever is rendered within is said in this language."""
    before = _language.set(language)
    try:
        yield
    finally:
        _language.reset(before)


def current() -> str:
    return _language.get()


@lru_cache(maxsize=1)
def offered() -> tuple[tuple[str, str], ...]:
    """(code, name) of the languages that there is a table of, Japanese first."""
    there = {path.stem for path in FOLDER.glob("*.toml")} | {JAPANESE}
    return tuple((code, name) for code, name in NAMES.items() if code in there)


def tag(language: str) -> str:
    """The language as an HTML ``lang`` attribute names it."""
    return _TAGS.get(language, language)


@lru_cache(maxsize=16)
def table(language: str) -> Mapping[str, str]:
    if language == JAPANESE or language not in dict(offered()):
        return {}
    return tomllib.loads((FOLDER / f"{language}.toml").read_text("utf-8"))


def say(words: str) -> str:
    """Japanese words in the page's language, with their readings marked."""
    language = current()
    if language == JAPANESE or not words:
        return words
    return _said(language, words)


def plainly(words: str) -> str:
    """As ``say``, for places that cannot show a reading."""
    return ruby.plain(say(words))


@lru_cache(maxsize=4096)
def _said(language: str, words: str) -> str:
    whole = _of_table(language, words)
    if whole is not None:
        return whole
    found = [(sentence, _of_table(language, sentence)) for sentence in _SENTENCE.findall(words)]
    space = "" if tag(language) == JAPANESE else " "
    return space.join(sentence if said is None else said for sentence, said in found)


def _of_table(language: str, sentence: str) -> str | None:
    known = table(language).get(sentence)
    if known is not None:
        return known
    for pattern, said in _patterns(language):
        if filled := pattern.fullmatch(sentence):
            return said.format(*filled.groups())
    return None


@lru_cache(maxsize=16)
def _patterns(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """The sentences with something to fill in."""
    return tuple(
        (re.compile(re.escape(japanese).replace(r"\{\}", "(.+?)"), re.DOTALL), said)
        for japanese, said in table(language).items()
        if "{}" in japanese
    )
