"""The console's other languages lack no word: what staff may read in Japanese, each table says (ADR 0050)."""

import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.architecture.japanese import bare_in_templates, lacking

from keizoku.customers.countries import NAMES as COUNTRIES
from keizoku.ui import speaking

LANGUAGES = [code for code, _ in speaking.offered_to_staff() if code != speaking.JAPANESE]
# What an English sentence may end with; a question is no full stop in Japanese.
ENDS = (".", ".)", ".”", "?", "!")
ABBREVIATED = ("etc.", "etc.)", "No.")


def files(language: str) -> list[Path]:
    return [
        speaking.FOLDER / f"{language}.toml",
        *sorted((speaking.STAFF / language).glob("*.toml")),
    ]


def lines(language: str) -> Iterator[tuple[str, str]]:
    """Of the staff's tables alone: the customers' has tests of its own."""
    for file in files(language)[1:]:
        yield from ((key, said.rstrip()) for key, said in tomllib.loads(file.read_text("utf-8")).items())


def filled(words: str) -> list[str]:
    """The places that something is filled into, by their names."""
    return sorted(name for _, name, _, _ in string.Formatter().parse(words) if name is not None)


def is_same(japanese: list[str], said: list[str]) -> bool:
    """The same names; or as many places, named none or all by their order."""
    return said == japanese or (
        set(japanese) == {""} and said == [str(place) for place, _ in enumerate(japanese)]
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_that_staff_may_read_lacks_a_line(language):
    assert {words: path.name for words, path in lacking(language).items()} == {}


def test_no_template_of_the_console_holds_japanese_that_nothing_says():
    assert [(path.name, words) for path, words in bare_in_templates()] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_key_stands_in_one_file(language):
    where: dict[str, list[str]] = {}
    for file in files(language):
        for key in tomllib.loads(file.read_text("utf-8")):
            where.setdefault(key, []).append(file.name)
    assert {key: names for key, names in where.items() if len(names) > 1} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_filled_in_has_its_place_on_both_sides(language):
    assert [key for key, said in lines(language) if not is_same(filled(key), filled(said))] == []


def test_sentence_ends_as_its_japanese_one_and_a_word_as_a_word():
    sentences = [key for key, said in lines("en") if key.endswith("。") and not said.endswith(ENDS)]
    words = [
        key
        for key, said in lines("en")
        if not key.endswith("。") and said.endswith(ENDS[:3]) and not said.endswith(ABBREVIATED)
    ]
    assert (sentences, words) == ([], [])


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_country_has_its_name(language):
    assert sorted(set(COUNTRIES.values()) - set(speaking.table(language))) == []
