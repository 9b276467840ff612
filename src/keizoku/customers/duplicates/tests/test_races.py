"""Two at once, with real commits: one merges, the other is refused, and nothing is done twice."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections, transaction

from keizoku.customers.duplicates import actions
from keizoku.customers.duplicates.tests.pairs import TODAY, proposed, staff, two_rows_of_one_person
from keizoku.customers.errors import DuplicateRefused
from keizoku.customers.models import ContactStop, Customer, Duplicate, RecordVersion
from keizoku.kernel.errors import Refusal


def at_once(*functions):
    """Run each in a thread with a connection of its own; what each returned, or its refusal."""

    def run(function):
        try:
            return function()
        except Refusal as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=len(functions)) as pool:
        return [each.result() for each in [pool.submit(run, function) for function in functions]]


@pytest.fixture
def two(committed_db, make_customers):
    return two_rows_of_one_person(make_customers)


def test_two_approvals_at_once_merge_once(two):
    people = staff()
    pair = proposed(two[0], people["proposer"])

    def approve(who):
        return lambda: actions.approve(pair.id, digest=pair.proposal_digest, actor=people[who], today=TODAY)

    outcomes = at_once(approve("approver"), approve("second"))
    assert sorted(type(each).__name__ for each in outcomes) == ["DuplicateRefused", "NoneType"]
    assert RecordVersion.objects.filter(customer_id=two[0]).count() == 2
    assert Customer.objects.filter(state="merged").count() == 1


def test_merge_during_an_import_that_writes_the_customer_is_refused_and_nothing_changes(two):
    people = staff()
    pair = proposed(two[0], people["proposer"])
    with transaction.atomic():
        # As an import or a decision holds it while it writes.
        Customer.objects.select_for_update().get(id=two[1])
        (refused,) = at_once(
            lambda: actions.approve(
                pair.id, digest=pair.proposal_digest, actor=people["approver"], today=TODAY
            )
        )
    assert isinstance(refused, DuplicateRefused)
    assert "書き換えられています" in refused.message
    assert Duplicate.objects.get().state == "proposed"
    assert Customer.objects.filter(state="merged").count() == 0


def test_window_of_a_campaign_claims_nobody_merged_away_from_the_commit_on(two):
    """The sender's claim joins the stops: from the merge's commit on it finds one for every campaign."""
    people = staff()
    pair = proposed(two[0], people["proposer"])
    actions.approve(pair.id, digest=pair.proposal_digest, actor=people["approver"], today=TODAY)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.reason FROM customers_contactstop s WHERE s.customer_id = %s AND s.campaign_id IS NULL",
            [two[1]],
        )
        assert cursor.fetchall() == [("merged",)]
    assert not ContactStop.objects.filter(customer_id=two[0]).exists()
