"""From letters to fields: names, addresses, dates and numbers, each with the doubts that a person has to settle."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from typing import Final

from keizoku.vision.documents import addresses, dates
from keizoku.vision.documents.page import Page, Value, around
from keizoku.vision.documents.results import Doubt, Field, Why
from keizoku.vision.text import may_be_variant
from keizoku.vision.text.homoglyphs import told_apart

# Below these a letter goes to a person; chosen on photographed specimens (docs/vision.md).
_SURE_DIGIT: Final = 0.6
_SURE_LETTER: Final = 0.5
_LABEL: Final = re.compile(r"^(?:住?所|住居地)　")
_LONGEST_NAME: Final = 14  # in kanji and kana; what is longer is another line


def missing(name: str) -> Field:
    """A field that was not found."""
    return Field(name, "", "", 0.0, (Doubt(Why.NOT_FOUND),))


def plain(page: Page, name: str, value: Value | None, text: str | None = None) -> Field:
    """A value as it was read, doubtful where a letter is not sure."""
    if value is None or not value.letters:
        return missing(name)
    shown = value.text if text is None else text
    return Field(
        name, shown, value.text, value.confidence, _unsure(value, _SURE_LETTER), page.thousandths(value.box)
    )


def digits(page: Page, name: str, value: Value | None, length: int) -> Field:
    """Exactly `length` digits."""
    if value is None or not value.letters:
        return missing(name)
    doubts = _unsure(value, _SURE_DIGIT)
    if len(value.text) != length:
        doubts = (*doubts, Doubt(Why.MALFORMED))
    return Field(name, value.text, value.text, value.confidence, doubts, page.thousandths(value.box))


def person_name(page: Page, name: str, value: Value | None) -> Field:
    """A name, with the space where it is printed; each character with an unknowable sister is doubtful."""
    if value is None or not value.letters:
        return missing(name)
    shown = told_apart(value.spaced.strip("　 "))
    is_latin = all(character.isascii() for character in value.text)
    if is_latin:
        shown = " ".join(unicodedata.normalize("NFKC", value.spaced).split())
    variants = tuple(
        Doubt(Why.VARIANT_POSSIBLE, character, "".join(sorted(may_be_variant(character))))
        for character in dict.fromkeys(shown)
        if may_be_variant(character)
    )
    doubts = (*_unsure(value, _SURE_LETTER), *variants)
    if not is_latin and _may_lack_a_letter(shown):
        doubts = (*doubts, Doubt(Why.NOT_SURE, shown[0]))
    if not is_latin and len(shown) > _LONGEST_NAME:
        doubts = (*doubts, Doubt(Why.MALFORMED))
    return Field(name, shown, value.text, value.confidence, doubts, page.thousandths(value.box))


def _may_lack_a_letter(name: str) -> bool:
    """A family name of one letter, or a second gap: for a letter that it does not know the model may say nothing (嶌田)."""
    parts = name.split("　")
    return len(parts) > 2 or (len(parts) == 2 and len(parts[0]) == 1)  # noqa: PLR2004 - family and given name


def address(page: Page, name: str, lines: Sequence[Value]) -> Field:
    """An address of one or more lines, held against the postal list."""
    # A line's last character may stand alone on the next; a lone stroke is none.
    lines = [line for line in lines if len(line.letters) > 1 or line.text.isalnum()]
    if not lines:
        return missing(name)
    raw = "　".join(line.text for line in lines)
    shown = told_apart(_LABEL.sub("", _joined([line.spaced for line in lines])))
    found = addresses.located(shown)
    doubts = [doubt for line in lines for doubt in _unsure(line, _SURE_LETTER)]
    doubts += [Doubt(Why.CORRECTED, read, listed) for read, listed in found.corrections]
    if not found.is_listed:
        doubts.append(Doubt(Why.NOT_IN_POSTAL_LIST))
    box = page.thousandths(around([line.box for line in lines]))
    return Field(name, found.text, raw, min(line.confidence for line in lines), tuple(doubts), box)


def _joined(lines: Sequence[str]) -> str:
    """Lines of one address with a space between, but within a number that goes on."""
    joined = lines[0]
    for line in lines[1:]:
        joined += ("" if joined[-1:].isdigit() and line[:1].isdigit() else "　") + line
    return joined


def day(page: Page, name: str, value: Value | None) -> tuple[Field, date | None]:
    """A date as ISO; a Western year that disagrees with the era's is doubtful."""
    if value is None or not value.letters:
        return missing(name), None
    found = dates.printed(value.text)
    doubts = _unsure(value, _SURE_DIGIT)
    if found.day is None:
        doubts = (*doubts, Doubt(Why.MALFORMED))
    elif not found.is_consistent:
        doubts = (*doubts, Doubt(Why.CHECK_FAILED))
    shown = found.day.isoformat() if found.day else ""
    return Field(name, shown, value.text, value.confidence, doubts, page.thousandths(value.box)), found.day


def doubted(field: Field, why: Why) -> Field:
    """The same field with one more doubt."""
    if any(doubt.why is why for doubt in field.doubts):
        return field
    return Field(field.name, field.value, field.raw, field.confidence, (*field.doubts, Doubt(why)), field.box)


def _unsure(value: Value, least: float) -> tuple[Doubt, ...]:
    unsure = [letter for letter in value.letters if letter.confidence < least]
    return tuple(Doubt(Why.NOT_SURE, letter.character, letter.rival) for letter in unsure)
