"""What is read on a page, in its reader's language. Japanese is what stands in templates and refusals; a table says it.

A customer's table is ``words/<language>.toml``: a Japanese sentence → the same in that language, ``{}`` for what is filled
in, readings as 漢字《かんじ》. Staff's is that and every file of ``words/staff/<language>/``. Whole words are looked up
first, then sentence by sentence, then the whole by its pattern; what a table lacks is shown in Japanese. Pure but for the
language of the page that is being made, which is its thread's own (ADR 0040).
"""

import itertools
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path
from typing import Final

from keizoku.kernel.text import ruby
from keizoku.kernel.text.sentences import Sentence

JAPANESE: Final = "ja"
FOLDER: Final = Path(__file__).resolve().parent / "words"
STAFF: Final = FOLDER / "staff"
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
_UNIT: Final = 2
_FEW: Final = 3
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


@lru_cache(maxsize=1)
def offered_to_staff() -> tuple[tuple[str, str], ...]:
    """(code, name) of the languages that the console speaks, Japanese first."""
    there = {path.name for path in STAFF.iterdir() if path.is_dir()} | {JAPANESE}
    return tuple((code, name) for code, name in NAMES.items() if code in there)


def tag(language: str) -> str:
    """The language as an HTML ``lang`` attribute names it."""
    return _TAGS.get(language, language)


@lru_cache(maxsize=16)
def table(language: str) -> Mapping[str, str]:
    if language not in NAMES:
        return {}
    files = [FOLDER / f"{language}.toml", *sorted((STAFF / language).glob("*.toml"))]
    return {
        japanese: said
        for file in files
        if file.is_file()
        for japanese, said in tomllib.loads(file.read_text("utf-8")).items()
    }


def say(words: str) -> str:
    """Japanese words in the page's language, with their readings marked."""
    language = current()
    if language == JAPANESE or not words:
        return words
    return words.said(plainly) if isinstance(words, Sentence) else _said(language, words)


def plainly(words: str) -> str:
    """As ``say``, for places that cannot show a reading."""
    return ruby.plain(say(words))


def told(value: object) -> object:
    """A sentence of ours in the page's language; anything else as it is, since it may be what somebody entered."""
    return plainly(value) if isinstance(value, Sentence) else value


def listed(words: Iterable[str], comma: str = "、") -> str:
    """Words beside one another, with the language's comma; whoever asks has said those that are ours."""
    return plainly(comma).join(words)


def word(filled: object) -> object:
    """What is filled into a sentence: a word of ours in the page's language, anything else as it is."""
    if isinstance(filled, Sentence):
        return plainly(filled)
    return _word(table(current()), filled) if isinstance(filled, str) else filled


def _word(words: Mapping[str, str], filled: str) -> str:
    """One of our words, or several beside one another where all of them are ours."""
    each = filled.split("、")
    return words.get(filled) or (
        words.get("、", "、").join(words[one] for one in each)
        if all(one in words for one in each)
        else filled
    )


@lru_cache(maxsize=4096)
def _said(language: str, words: str) -> str:
    known = table(language).get(words)
    if known is not None:
        return known
    # Sentence by sentence before the whole: what is filled into a pattern must not swallow the sentences around it.
    found = list(_runs(language, _SENTENCE.findall(words)))
    whole = _of_table(language, words) if any(said is None for _, said in found) else None
    if whole is not None:
        return whole
    space = "" if tag(language) == JAPANESE else " "
    return space.join(sentence if said is None else said for sentence, said in found)


def _runs(language: str, sentences: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """The sentences in order, those together that the table says together (a remedy of two behind a message)."""
    here = 0
    while here < len(sentences):
        ends = range(len(sentences), here + 1, -1)
        runs = ((end, table(language).get("".join(sentences[here:end]))) for end in ends)
        end, said = next(
            ((end, said) for end, said in runs if said is not None),
            (here + 1, _of_table(language, sentences[here])),
        )
        yield "".join(sentences[here:end]), said
        here = end


def _of_table(language: str, sentence: str) -> str | None:
    words = table(language)
    known = words.get(sentence)
    if known is not None:
        return known
    patterns = _patterns(language)
    first, last = sentence[:1], sentence[-1:]
    near = (patterns.get(ends, ()) for ends in ((first, last), (first, ""), ("", last), ("", "")))
    for pattern, said in itertools.chain.from_iterable(near):
        if filled := pattern.fullmatch(sentence):
            return said.format(*(_word(words, each) for each in filled.groups()))
    listed = _word(words, sentence)
    return None if listed == sentence else listed


@lru_cache(maxsize=16)
def _patterns(language: str) -> Mapping[tuple[str, str], Sequence[tuple[re.Pattern[str], str]]]:
    """The sentences with something to fill in by their first and last letter, those with most words first."""
    found: dict[tuple[str, str], list[tuple[re.Pattern[str], str]]] = {}
    for japanese, said in sorted(table(language).items(), key=lambda pair: -len(pair[0])):
        if "{}" in japanese:
            first = "" if japanese.startswith("{}") else japanese[0]
            last = "" if japanese.endswith("{}") else japanese[-1]
            pattern = re.compile(re.escape(japanese).replace(r"\{\}", _gap(japanese)), re.DOTALL)
            found.setdefault((first, last), []).append((pattern, said))
    return found


def _gap(japanese: str) -> str:
    """What a pattern may fill in. Few words of its own fit many a sentence (「{}が{}」: no whole ones), a unit many a word:
    「{}人」 is no 「本人」.
    """
    own = len(japanese.replace("{}", ""))
    if own <= _UNIT and japanese.count("{}") == 1:
        return "([^。ぁ-んァ-ヶ一-龠々]+?)"
    return "([^。]+?)" if own <= _FEW else "(.+?)"
