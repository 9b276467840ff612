"""Personal data does not show itself."""

import copy
import dataclasses
import json
import pickle
from datetime import date

import pytest

from keizoku.kernel.personal import BirthDate, EmailAddress, PersonName, PhoneNumber, PostalAddress

VALUES = [
    (PersonName("髙橋 一郎", "タカハシ イチロウ"), ("髙橋", "タカハシ")),
    (PhoneNumber("+819012345678"), ("9012345678",)),
    (EmailAddress("ichiro@example.jp"), ("ichiro",)),
    (PostalAddress("東京都千代田区千代田1-1", "1000001"), ("千代田", "1000001")),
    (BirthDate(date(1960, 4, 8)), ("1960", "04-08")),
]
ids = [type(value).__name__ for value, _ in VALUES]


@pytest.mark.parametrize(("value", "secrets"), VALUES, ids=ids)
def test_no_way_of_printing_shows_the_value(value: object, secrets: tuple[str, ...]):
    log_style = "%s %r"
    printed = [
        repr(value),
        str(value),
        f"{value}",
        f"{value:>40}",
        f"{value!r}",
        log_style % (value, value),
        repr([value]),
        str({"x": value}),
        str(ValueError(value)),
    ]
    for text in printed:
        assert "●●●" in text
        assert not any(secret in text for secret in secrets)


@pytest.mark.parametrize(("value", "_"), VALUES, ids=ids)
def test_neither_json_nor_pickle_nor_dataclass_tools_open_it(value: object, _):
    with pytest.raises(TypeError):
        json.dumps(value)
    with pytest.raises(TypeError):
        pickle.dumps(value)
    assert not dataclasses.is_dataclass(value)
    assert not hasattr(value, "__dict__")
    assert copy.copy(value) is value
    assert copy.deepcopy([value]) == [value]


@pytest.mark.parametrize(("value", "_"), VALUES, ids=ids)
def test_it_is_frozen(value: object, _):
    with pytest.raises(AttributeError, match="frozen"):
        value._parts = ("x",)  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="frozen"):
        del value._parts  # type: ignore[attr-defined]


def test_values_compare_by_type_and_content():
    assert PhoneNumber("+819012345678") == PhoneNumber("+819012345678")
    assert PhoneNumber("+819012345678") != PhoneNumber("+819012345679")
    assert EmailAddress("x") != PhoneNumber("x")
    assert len({PersonName("a", "b"), PersonName("a", "b"), PersonName("a")}) == 2


def test_reveal_gives_the_value():
    assert PersonName("髙橋", "タカハシ").reveal() == "髙橋"
    assert PersonName("髙橋", "タカハシ").reveal_kana() == "タカハシ"
    assert PhoneNumber("+819012345678").reveal() == "+819012345678"
    assert EmailAddress("a@example.jp").reveal() == "a@example.jp"
    assert PostalAddress("東京都", "1000001").reveal() == "東京都"
    assert PostalAddress("東京都", "1000001").reveal_postal_code() == "1000001"
    assert BirthDate(date(1960, 4, 8)).reveal() == "1960-04-08"
    assert BirthDate(date(1960, 4, 8)).reveal_date() == date(1960, 4, 8)
