import pytest
from django.db import connection, transaction

from keizoku.audit import actions, rules
from keizoku.audit.errors import PurposeRefused
from keizoku.audit.models import BulkRead, Entry
from keizoku.kernel.actor import Actor
from keizoku.kernel.personal import PhoneNumber

ACTOR = Actor.staff(7)


def test_an_entry_says_who_did_what_to_which_subject(db):
    actions.record(
        actor=ACTOR,
        action="campaigns.campaign.approved",
        subject=("campaign", 3),
        details={"count": 12438, "code": None},
    )
    entry = Entry.objects.get()
    assert (entry.actor_kind, entry.actor_id) == ("staff", "7")
    assert (entry.action, entry.subject_kind, entry.subject_id) == (
        "campaigns.campaign.approved",
        "campaign",
        3,
    )
    assert entry.details == {"count": 12438, "code": None}


def test_transaction_and_instants_come_from_the_database(db):
    actions.record(actor=ACTOR, action="a.b.c")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint, now()")
        xid, began = cursor.fetchone()
    entry = Entry.objects.get()
    assert entry.xid == xid
    assert entry.at >= began
    assert entry.business_at == began or entry.business_at > began


def test_an_entry_falls_with_its_transaction(db):
    with transaction.atomic():
        actions.record(actor=ACTOR, action="a.b.c")
        transaction.set_rollback(True)
    assert Entry.objects.count() == 0


@pytest.mark.parametrize("value", ["あ" * 201, 1.5, PhoneNumber("+819012345678")])
def test_what_is_no_id_code_or_count_is_refused_and_nothing_is_written(db, value):
    with pytest.raises((ValueError, TypeError)):
        actions.record(actor=ACTOR, action="a.b.c", details={"value": value})
    assert Entry.objects.count() == 0


def test_a_grant_for_one_customer_leaves_one_entry_about_that_customer(db):
    grant = actions.grant_read(actor=ACTOR, purpose="審査", subjects=[12])
    entry = Entry.objects.get()
    assert (entry.action, entry.subject_kind, entry.subject_id) == ("customers.record.read", "customer", 12)
    assert (entry.purpose, entry.details) == ("審査", {})
    assert (grant.actor, grant.purpose, grant.subjects, grant.entry_id) == (
        ACTOR,
        "審査",
        frozenset({12}),
        entry.id,
    )


def test_a_grant_for_twenty_customers_leaves_an_entry_for_each(db):
    grant = actions.grant_read(actor=ACTOR, purpose="一覧", subjects=range(20, 0, -1))
    assert list(Entry.objects.order_by("id").values_list("subject_id", flat=True)) == list(range(1, 21))
    assert grant.entry_id == Entry.objects.order_by("id")[0].id
    assert BulkRead.objects.count() == 0


def test_a_grant_for_more_leaves_one_entry_with_count_digest_and_ids(db):
    grant = actions.grant_read(actor=ACTOR, purpose="一覧", subjects=[*range(1, 22), 5])
    entry = Entry.objects.get()
    digest = rules.ids_digest(range(1, 22))
    assert entry.details == {"count": 21, "ids_digest": digest}
    assert (entry.id, entry.subject_id) == (grant.entry_id, None)
    bulk_read = BulkRead.objects.get()
    assert (bulk_read.entry_id, bulk_read.ids, bulk_read.digest) == (entry.id, list(range(1, 22)), digest)


def test_a_grant_covers_nobody_else(db):
    grant = actions.grant_read(actor=ACTOR, purpose="審査", subjects=[12])
    assert grant.covers(12)
    assert not grant.covers(13)


@pytest.mark.parametrize("purpose", ["", "  ", "あ" * 201])
def test_a_read_without_a_proper_purpose_is_refused_and_nothing_is_written(db, purpose):
    with pytest.raises(PurposeRefused):
        actions.grant_read(actor=ACTOR, purpose=purpose, subjects=[12])
    assert Entry.objects.count() == 0


def test_a_grant_for_nobody_is_a_fault(db):
    with pytest.raises(ValueError, match="at least one"):
        actions.grant_read(actor=ACTOR, purpose="審査", subjects=[])


def test_set_based_work_leaves_one_entry_with_count_and_digest(db):
    digest = rules.ids_digest([1, 2, 3])
    actions.record_many(
        actor=ACTOR,
        action="risk.rating.computed",
        subject=("scorecard", 4),
        count=3,
        ids_digest=digest,
        details={"version": 2},
    )
    assert Entry.objects.get().details == {"count": 3, "ids_digest": digest, "version": 2}


def test_a_digest_of_ids_cannot_be_claimed_by_a_plain_entry(db):
    with pytest.raises(ValueError, match="ids_digest"):
        actions.record(actor=ACTOR, action="a.b.c", details={"ids_digest": "x"})


def test_sql_states_the_same_digest_of_ids(db):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT encode(sha256(convert_to(string_agg(id::text, ',' ORDER BY id), 'UTF8')), 'hex')"
            " FROM unnest(ARRAY[30, 4, 100]) AS id"
        )
        (digest,) = cursor.fetchone()
    assert digest == rules.ids_digest([4, 30, 100])
