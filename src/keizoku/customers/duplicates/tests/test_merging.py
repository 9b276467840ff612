"""Two people merge two records: what survives, what goes along, what is refused."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from keizoku.accounts.errors import NotPermitted
from keizoku.audit import actions as audit
from keizoku.audit.models import Entry
from keizoku.customers import actions as records
from keizoku.customers import queries
from keizoku.customers.duplicates import actions, finding
from keizoku.customers.duplicates.tests.pairs import (
    CHOICES,
    TODAY,
    merged,
    proposed,
    staff,
    two_rows_of_one_person,
)
from keizoku.customers.errors import DuplicateRefused
from keizoku.customers.models import ContactPoint, ContactStop, Customer, Duplicate, Fact, Lookup, NameToken
from keizoku.customers.search import searching
from keizoku.kernel.actor import Actor

READER = Actor.system("test")


@pytest.fixture
def people(db):
    return staff()


@pytest.fixture
def two(people, make_customers):
    return two_rows_of_one_person(make_customers)


def record_of(customer):
    return queries.record(customer, audit.grant_read(actor=READER, purpose="test", subjects=[customer]))


def unchanged(two):
    return [Customer.objects.get(id=each).state for each in two] == ["active", "active"]


def test_survivor_has_the_chosen_values_with_their_source_and_day(two, people):
    first, second = two
    before = record_of(second)
    merged(first, people, address="other")
    after = record_of(first)
    assert after.values["address"] == before.values["address"] == "東京都渋谷区渋谷9-9-9"
    assert after.values["number"] == "0000000001"
    assert after.values["email"] == "taro1@example.jp"
    assert (after.provenance["address"].source, after.provenance["address"].as_of) == (
        "core_system",
        date(2026, 11, 1),
    )
    assert after.version == 2


def test_record_merged_away_stays_readable_with_its_history(two, people):
    first, second = two
    merged(first, people)
    assert record_of(second).values["address"] == "東京都渋谷区渋谷9-9-9"
    assert [row.version for row in queries.versions(second)] == [1, 2]
    row = Customer.objects.get(id=second)
    assert (row.state, row.merged_into_id) == ("merged", first)


def test_either_number_finds_the_survivor_and_nothing_else_finds_the_other(two, people):
    first, second = two
    merged(first, people)
    assert searching.find("0000000001").ids == searching.find("0000000002").ids == (first,)
    assert searching.find("ヤマダ").ids == (first,)
    assert searching.find("001-0000002").ids == ()
    assert not Lookup.objects.filter(customer_id=second).exists()
    assert not NameToken.objects.filter(customer_id=second).exists()


def test_who_was_merged_into_the_one_merged_away_goes_along(two, people, make_customers):
    first, second = two
    merged(second, people)
    (third,) = make_customers(1, 電話番号="090-1234-0001")
    finding.find_everywhere()
    pair = Duplicate.objects.get(state="found")
    sides = {"address": "other", "email": "other", "account": "other"}
    actions.propose(pair.id, survivor_id=third, choices=sides, actor=people["proposer"])
    pair.refresh_from_db()
    actions.approve(pair.id, digest=pair.proposal_digest, actor=people["approver"], today=TODAY)
    assert {Customer.objects.get(id=each).merged_into_id for each in (first, second)} == {third}
    assert searching.find("0000000001").ids == (third,)


def test_facts_follow_the_chosen_values_and_the_relation_is_as_old_as_the_older(two, people):
    first, second = two
    Fact.objects.filter(customer_id=second).update(
        opened_on=date(1990, 1, 1),
        products=["mortgage"],
        foreign_remittance=True,
        confirmed_on=date(2025, 1, 1),
    )
    Fact.objects.filter(customer_id=first).update(occupation="pensioner")
    merged(first, people, email="other", occupation="other")
    fact = Fact.objects.get(customer_id=first)
    assert (fact.opened_on, fact.confirmed_on) == (date(1990, 1, 1), date(2025, 1, 1))
    assert fact.products == ["ordinary_deposit", "mortgage"]
    assert (fact.foreign_remittance, fact.has_email, fact.occupation) == (True, False, "company_employee")


def test_stop_is_never_lost_and_the_one_merged_away_is_contacted_by_nobody(two, people):
    first, second = two
    ContactStop.objects.create(customer_id=second, campaign_id=7, reason="answered")
    ContactStop.objects.create(customer_id=second, campaign_id=None, reason="opted_out")
    merged(first, people)
    assert set(ContactStop.objects.filter(customer_id=first).values_list("campaign_id", "reason")) == {
        (7, "answered"),
        (None, "opted_out"),
    }
    assert ContactStop.objects.get(customer_id=second, campaign_id=None).reason == "merged"


def test_better_evidence_of_an_equal_phone_stays(two, people):
    first, second = two
    ContactPoint.objects.filter(customer_id=second, channel="phone").update(state="reachable")
    merged(first, people)
    assert ContactPoint.objects.get(customer_id=first, channel="phone").state == "reachable"
    assert ContactPoint.objects.filter(customer_id=first).count() == 3


def test_proposer_never_approves_not_even_past_the_code(two, people):
    from keizoku.accounts.models import Staff

    pair = proposed(two[0], people["proposer"])
    Staff.objects.filter(login="proposer").update(role="approver")
    with pytest.raises(DuplicateRefused, match="ご自身"):
        actions.approve(pair.id, digest=pair.proposal_digest, actor=people["proposer"], today=TODAY)
    with pytest.raises(IntegrityError, match="may not approve"), transaction.atomic():
        Duplicate.objects.filter(id=pair.id).update(state="merged", decided_by=pair.proposed_by)
    with pytest.raises(IntegrityError, match="changes nothing"), transaction.atomic():
        Duplicate.objects.filter(id=pair.id).update(state="merged", decided_by="staff:999", choices={})
    with pytest.raises(IntegrityError, match="nobody proposed"), transaction.atomic():
        Duplicate.objects.create(
            first_id=two[0], second_id=two[1], score=1, reasons=[], evidence="", state="merged",
            state_since=timezone.now(), found_at=timezone.now(),
        )  # fmt: skip
    assert unchanged(two)


def test_each_step_needs_its_right(two, people):
    finding.find_everywhere()
    pair = Duplicate.objects.get()
    with pytest.raises(NotPermitted):
        actions.propose(pair.id, survivor_id=two[0], choices=CHOICES, actor=people["approver"])
    actions.propose(pair.id, survivor_id=two[0], choices=CHOICES, actor=people["proposer"])
    pair.refresh_from_db()
    with pytest.raises(NotPermitted):
        actions.approve(pair.id, digest=pair.proposal_digest, actor=people["other_proposer"], today=TODAY)
    assert unchanged(two)


def test_field_without_a_choice_is_refused(two, people):
    finding.find_everywhere()
    pair = Duplicate.objects.get()
    with pytest.raises(DuplicateRefused, match="2つ"):
        actions.propose(pair.id, survivor_id=two[0], choices={"address": "other"}, actor=people["proposer"])
    pair.refresh_from_db()
    assert pair.state == "found"


def test_record_that_changed_since_the_proposal_is_not_merged(two, people):
    pair = proposed(two[0], people["proposer"])
    records.apply_changes(
        customer_id=two[1],
        changes={"address": "東京都千代田区丸の内1-1-1"},
        confirmed=[],
        source="declared",
        as_of=TODAY,
        actor=READER,
    )
    with pytest.raises(DuplicateRefused, match="変わりました"):
        actions.approve(pair.id, digest=pair.proposal_digest, actor=people["approver"], today=TODAY)
    assert unchanged(two)
    actions.send_back(pair.id, actor=people["approver"])
    pair.refresh_from_db()
    assert (pair.state, pair.proposed_by, pair.choices) == ("found", "", {})


def test_merge_tells_who_proposed_and_who_approved(two, people):
    first, second = two
    pair = merged(first, people)
    assert (pair.proposed_by, pair.decided_by) == tuple(
        f"staff:{people[who].id}" for who in ("proposer", "approver")
    )
    entry = Entry.objects.get(action="customers.merge.approved")
    assert (entry.details["survivor"], entry.details["merged"]) == (first, second)
    with pytest.raises(IntegrityError, match="not changed afterwards"), transaction.atomic():
        Duplicate.objects.filter(id=pair.id).update(state="found")


def test_record_merged_away_ends_with_the_one_who_stays(two, people):
    first, second = two
    merged(first, people)
    assert actions.follow_endings() == 0
    Customer.objects.filter(id=first).update(state="closed", closed_on=date(2026, 11, 30))
    assert actions.follow_endings() == 1
    assert Customer.objects.get(id=second).closed_on == date(2026, 11, 30)
    assert Customer.objects.get(id=second).state == "merged"
    assert actions.follow_endings() == 0


def test_what_waits_too_long_goes_back_or_is_marked(two, people):
    pair = proposed(two[0], people["proposer"])
    now = timezone.now()
    assert actions.sweep(now + timedelta(days=13)) == 0
    assert actions.sweep(now + timedelta(days=15)) == 1
    pair.refresh_from_db()
    assert (pair.state, pair.proposed_by) == ("found", "")
    assert actions.sweep(now + timedelta(days=120)) == 1
    pair.refresh_from_db()
    assert pair.escalated_at is not None
    assert actions.sweep(now + timedelta(days=120)) == 0
