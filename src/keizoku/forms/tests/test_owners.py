"""犯収法施行規則11条: who the beneficial owners are, by voting rights."""

from decimal import Decimal

import pytest

from keizoku.forms.rules.owners import (
    OURS,
    Holding,
    Owner,
    OwnershipImpossible,
    beneficial_owners,
    controlled,
    share,
)

PERSONS = ("太郎", "花子", "次郎")


def held(*rows: tuple[str, str, float]) -> list[Holding]:
    return [Holding(holder, company, Decimal(str(percent))) for holder, company, percent in rows]


def owners(*rows: tuple[str, str, float]) -> dict[str, Decimal]:
    return {owner.person: owner.percent for owner in beneficial_owners(PERSONS, held(*rows))}


def test_more_than_a_quarter_makes_an_owner_and_a_quarter_does_not():
    assert owners(("太郎", OURS, 25.01), ("花子", OURS, 25), ("次郎", OURS, 49.99)) == {
        "次郎": Decimal("49.99"),
        "太郎": Decimal("25.01"),
    }


def test_who_holds_more_than_half_is_the_only_owner():
    assert owners(("太郎", OURS, 50.01), ("花子", OURS, 49.99)) == {"太郎": Decimal("50.01")}


def test_two_halves_are_two_owners():
    assert set(owners(("太郎", OURS, 50), ("花子", OURS, 50))) == {"太郎", "花子"}


def test_nobody_above_a_quarter_leaves_no_owner_by_votes():
    assert owners(("太郎", OURS, 25), ("花子", OURS, 25), ("次郎", OURS, 25)) == {}


def test_votes_of_a_controlled_corporation_count_whole_and_are_not_multiplied():
    assert owners(("甲", OURS, 30), ("太郎", "甲", 51), ("花子", "甲", 49)) == {"太郎": Decimal(30)}


def test_exactly_half_of_a_corporation_is_no_control():
    assert owners(("甲", OURS, 60), ("太郎", "甲", 50), ("花子", "甲", 50)) == {}


def test_direct_and_indirect_votes_add_up():
    assert owners(("太郎", OURS, 10), ("甲", OURS, 20), ("太郎", "甲", 80)) == {"太郎": Decimal(30)}


def test_control_goes_on_through_corporations_and_together_with_them():
    rows = held(("丙", OURS, 40), ("甲", "丙", 30), ("太郎", "丙", 21), ("乙", "甲", 51), ("太郎", "乙", 100))
    assert controlled("太郎", rows) == {"甲", "乙", "丙"}
    assert beneficial_owners(["太郎"], rows) == (Owner("太郎", Decimal(40)),)


def test_indirect_majority_shuts_out_the_others():
    assert owners(("甲", OURS, 60), ("太郎", "甲", 100), ("花子", OURS, 40)) == {"太郎": Decimal(60)}


def test_state_and_listed_companies_are_owners_like_persons():
    assert beneficial_owners(["上場会社"], held(("上場会社", OURS, 80))) == (Owner("上場会社", Decimal(80)),)


def test_share_of_somebody_outside_is_nothing():
    assert share("だれか", held(("太郎", OURS, 100))) == 0


@pytest.mark.parametrize(
    ("rows", "place", "reason"),
    [
        ([("太郎", OURS, 60), ("花子", OURS, 41)], 1, "more_than_all"),
        ([("甲", OURS, 50), ("乙", "甲", 60), ("甲", "乙", 60)], 1, "circle"),
        ([("甲", OURS, 50), ("甲", "甲", 10)], 1, "circle"),
    ],
)
def test_what_cannot_be_is_refused_at_its_holding(rows, place, reason):
    with pytest.raises(OwnershipImpossible) as refused:
        beneficial_owners(PERSONS, held(*rows))
    assert (refused.value.place, refused.value.reason) == (place, reason)


def test_long_chain_comes_to_an_end():
    links = [(f"社{n}", f"社{n - 1}" if n else OURS, 100) for n in range(200)]
    assert owners(*links, ("太郎", "社199", 100)) == {"太郎": Decimal(100)}
