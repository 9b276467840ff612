"""Addresses and names as people and documents write them."""

import pytest

from keizoku.identity.rules.comparing import Read, compare, fold_address
from keizoku.identity.rules.outcomes import Outcome

HELD = {"name": "山田 太郎", "birth_date": "1960-04-08", "address": "東京都渋谷区渋谷1-2-3"}


@pytest.mark.parametrize(
    "written",
    [
        "東京都渋谷区渋谷一丁目2番3号",
        "東京都渋谷区渋谷１丁目２番地３",
        "東京都渋谷区渋谷１－２－３",
        "東京都渋谷区　渋谷 1丁目2番地の3",
    ],
)
def test_one_place_is_written_in_many_ways(written):
    assert fold_address(written) == fold_address(HELD["address"])


@pytest.mark.parametrize("other", ["東京都渋谷区渋谷1-2-4", "東京都渋谷区渋谷12-3", "東京都渋谷区渋谷11-2-3"])
def test_neighbours_stay_apart(other):
    assert fold_address(other) != fold_address(HELD["address"])


def test_chome_in_tens_are_numbers():
    assert fold_address("札幌市中央区北二十一条西十二丁目1番2号").endswith("西12-1-2")


def said(**values):
    read = {name: Read(value) for name, value in {**HELD, **values}.items()}
    return {line.field: (line.outcome, line.reason) for line in compare(read, HELD)}


def test_variant_of_a_name_is_looked_at_by_a_person():
    read = {name: Read(value) for name, value in HELD.items()} | {"name": Read("渡邊 一郎")}
    (name, *_) = compare(read, HELD | {"name": "渡辺一郎"})
    assert (name.outcome, name.reason) == (Outcome.UNSURE, "variant")


def test_birth_date_in_an_era_is_the_same_day():
    assert said(birth_date="昭和35年4月8日")["birth_date"] == (Outcome.PASSED, "same")


def test_what_is_missing_on_either_side_is_for_a_person():
    assert said(name="")["name"] == (Outcome.UNSURE, "not_read")
    read = {name: Read(value) for name, value in HELD.items()}
    assert {line.reason for line in compare(read, {})} == {"not_known"}
