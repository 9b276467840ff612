"""What is stale, for any value and any audience."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from keizoku.customers import actions as records
from keizoku.kernel.actor import Actor
from keizoku.kernel.conditions import All, Compare, Operator
from keizoku.risk import freshness
from keizoku.risk.confirmations import VALUES

pytestmark = pytest.mark.usefixtures("db")

TODAY = date(2026, 11, 22)
EVERYBODY = All(())
Make = Callable[..., list[int]]


def counts(name: str, audience: All | Compare = EVERYBODY) -> dict[str, int]:
    (ages,) = [ages for ages in freshness.overview(audience, TODAY) if ages.name == name]
    return {bucket: count for bucket, count in ages.counts.items() if count}


def ids(name: str, days: int, audience: All | Compare = EVERYBODY) -> list[int]:
    return [one.id for one in freshness.stale_customers(audience, name, days, TODAY)]


def test_a_value_of_the_core_system_is_as_old_as_the_last_confirmation_not_as_the_file(
    make_customers: Make,
) -> None:
    make_customers(1, 最終確認日="2026-05-01")
    make_customers(1, 最終確認日="2025-05-01")
    make_customers(1, 最終確認日="2024-05-01")
    make_customers(1, 最終確認日="2020-05-01")
    make_customers(1, 最終確認日="")
    assert counts("address") == {"year": 1, "two_years": 1, "three_years": 1, "older": 1, "never": 1}


def test_a_declared_value_is_as_old_as_its_declaration_and_its_sisters_stay(make_customers: Make) -> None:
    (customer,) = make_customers(1, 最終確認日="2020-05-01")
    records.apply_changes(
        customer_id=customer,
        changes={"address": "東京都渋谷区渋谷9-9-9"},
        confirmed=["occupation"],
        source="declared",
        as_of=TODAY - timedelta(days=10),
        actor=Actor.staff(1),
    )
    (found,) = freshness.stale_customers(EVERYBODY, "address", 9, TODAY)
    assert found.confirmed_on == TODAY - timedelta(days=10)
    assert ids("address", 10) == []
    assert counts("occupation") == {"year": 1}


def test_who_has_no_value_is_missing_and_counts_as_stale(make_customers: Make) -> None:
    (without,) = make_customers(1, メールアドレス="", 最終確認日="2026-11-01")
    make_customers(1, 最終確認日="2026-11-01")
    assert counts("email") == {"missing": 1, "year": 1}
    assert ids("email", 730) == [without]


def test_it_can_be_asked_for_an_audience_alone(make_customers: Make) -> None:
    (retired,) = make_customers(1, 職業="年金受給")
    make_customers(2)
    pensioners = Compare("occupation", Operator.EQUALS, "pensioner")
    assert ids("phone", 365, pensioners) == [retired]
    assert freshness.count_stale(pensioners, "phone", 365, TODAY) == 1
    assert freshness.count_stale(EVERYBODY, "phone", 365, TODAY) == 3
    assert counts("phone", pensioners) == {"older": 1}


def test_the_list_goes_on_behind_the_last_one_shown(make_customers: Make) -> None:
    made = make_customers(3)
    first = freshness.stale_customers(EVERYBODY, "name", 365, TODAY, limit=2)
    rest = freshness.stale_customers(EVERYBODY, "name", 365, TODAY, after=first[-1].id, limit=2)
    assert [one.id for one in (*first, *rest)] == made


def test_every_value_adds_up_to_the_same_number_of_customers(make_customers: Make) -> None:
    make_customers(2)
    make_customers(1, 電話番号="", 最終確認日="")
    overview = freshness.overview(EVERYBODY, TODAY)
    assert [ages.name for ages in overview] == list(VALUES)
    assert {ages.total for ages in overview} == {3}


def test_attribute_that_compliance_added_is_asked_about_like_any_value(make_customers: Make) -> None:
    from keizoku.accounts.models import Staff
    from keizoku.customers.attributes import actions as attributes
    from keizoku.customers.models import AttributeVersion

    maker, approver = (
        Staff.objects.create(login=role, display_name=role, role=role) for role in ("compliance", "approver")
    )
    held, bare = make_customers(2)
    definition = {
        "name": "is_resident", "type": "flag", "label": "国内に住んでいる", "about_suspicion": False,
    }  # fmt: skip
    version = attributes.draft(definition, maker.actor)
    digest = AttributeVersion.objects.values_list("digest", flat=True).get(id=version)
    attributes.approve(version, approver.actor, digest=digest)
    attributes.change_value(held, "is_resident", "yes", reason="told", actor=maker.actor)

    (ages,) = [one for one in freshness.overview(EVERYBODY, TODAY) if one.name == "is_resident"]
    assert (ages.label, ages.counts["year"], ages.counts["missing"]) == ("国内に住んでいる", 1, 1)
    assert ids("is_resident", 365) == [bare]
