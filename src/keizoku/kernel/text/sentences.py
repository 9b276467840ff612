"""Japanese sentences that know of what they were made, so that a page can say them in its reader's language.

Wherever such a sentence is kept, written or compared it is its Japanese, and nothing else. The forms number their places,
``{0}が{1}``: such a form is looked up as it stands, and never takes another sentence for one of its own.
"""

from collections.abc import Callable, Iterable
from typing import Self

Say = Callable[[str], str]


class Sentence(str):
    """Its Japanese; who makes one says by ``said`` how it is made of words that ``say`` knows."""

    __slots__ = ()

    def said(self, say: Say) -> str:
        return say(str(self))

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        """A copy that is kept or sent elsewhere is its Japanese."""
        return str, (str(self),)


class Given(Sentence):
    """What somebody entered, such as a name: it is the same in every language."""

    __slots__ = ()

    def said(self, say: Say) -> str:  # noqa: ARG002 - as it was entered
        return str(self)


class Meant(Sentence):
    """A word with several meanings: it reads as the first, and is looked up as the second, which says what is meant."""

    __slots__ = ("_meaning",)

    _meaning: str

    def __new__(cls, words: str, meaning: str) -> Self:
        made = super().__new__(cls, words)
        made._meaning = meaning
        return made

    def said(self, say: Say) -> str:
        return say(self._meaning)


class Composed(Sentence):
    """A form with what is filled in, sentences among it: ``Composed("手順{0} {1}", 1, "SMS")``."""

    __slots__ = ("_form", "_parts")

    _form: str
    _parts: tuple[object, ...]

    def __new__(cls, form: str, *parts: object) -> Self:
        made = super().__new__(cls, form.format(*parts))
        made._form, made._parts = form, parts
        return made

    def said(self, say: Say) -> str:
        return say(self._form).format(*(_said(part, say) for part in self._parts))


class Listed(Sentence):
    """Sentences beside one another, such as ``Listed("・", ["土日", "祝日"])``."""

    __slots__ = ("_between", "_parts")

    _between: str
    _parts: tuple[str, ...]

    def __new__(cls, between: str, parts: Iterable[str]) -> Self:
        kept = tuple(parts)
        made = super().__new__(cls, between.join(kept))
        made._between, made._parts = between, kept
        return made

    def said(self, say: Say) -> str:
        return say(self._between).join(str(_said(part, say)) for part in self._parts)


def _said(part: object, say: Say) -> object:
    if isinstance(part, Sentence):
        return part.said(say)
    return say(part) if isinstance(part, str) else part
