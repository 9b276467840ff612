from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from keizoku.audit.models import Entry
from keizoku.customers.ending.actions import reopen_relation
from keizoku.customers.models import Customer, RecordVersion
from keizoku.kernel import files
from keizoku.retention import queries
from keizoku.retention.actions import holds, plans
from keizoku.retention.actions.destroying import destroy, stop
from keizoku.retention.actions.policies import STANDARD, activate_policy, draft_policy
from keizoku.retention.errors import PlanRefused, PlanStale, SamePerson
from keizoku.retention.models import Batch, Certificate, Item, Plan
from keizoku.retention.rules import certificate
from keizoku.retention.rules.states import Outcome, State
from keizoku.retention.tests.house import LAST_DAY, SYSTEM, TODAY, approved, count


def next_policy(people, text=None):
    """Another version, made and put in force."""
    text = (text or STANDARD.read_text("utf-8")).replace("version = 1", "version = 2", 1)
    policy_id = draft_policy(text, people["planner"])
    activate_policy(policy_id, people["approver"], digest=queries.policy(policy_id).digest)
    return policy_id


def outcome_of(plan_id):
    return dict(Item.objects.filter(plan_id=plan_id, kind="record").values_list("subject", "outcome"))


def test_record_goes_seven_years_after_the_end_and_the_stub_stays(db, people, in_force, ended):
    [gone] = ended(1)
    [kept] = ended(1, on=date(2020, 1, 1))
    plan_id = approved(people)

    destroy(plan_id)

    assert Customer.objects.get(id=gone).destroyed_on is not None
    assert Customer.objects.get(id=kept).destroyed_on is None
    for table in ("recordversion", "fact", "lookup", "contactpoint"):
        assert count(f"customers_{table}", f"customer_id = {gone}") == 0, table
        assert count(f"customers_{table}", f"customer_id = {kept}") > 0, table
    assert count("risk_rating", f"customer_id = {gone}") == 0
    assert count("risk_standing", f"customer_id = {gone}") == 0
    assert Entry.objects.filter(subject_kind="customer", subject_id=gone).exists()
    assert queries.plan(plan_id).state is State.DONE


def test_one_day_before_the_seven_years_are_over_nothing_is_due(db, people, in_force, ended):
    ended(1, on=date(2019, 11, 22))
    with pytest.raises(PlanRefused):
        plans.make_plan(people["planner"], TODAY)
    assert plans.make_plan(people["planner"], date(2026, 11, 22))


def test_plan_names_counts_oldest_newest_and_sample(db, people, in_force, ended):
    ids = ended(2) + ended(1, on=date(2018, 1, 1))
    plan = queries.plan(plans.make_plan(people["planner"], TODAY))
    record = next(kind for kind in plan.summary if kind["kind"] == "record")
    assert record["count"] == 3
    assert (record["oldest"], record["newest"]) == ("2018-01-01", "2019-03-31")
    assert record["sample"] == [ids[2], ids[0], ids[1]]
    assert plan.count == sum(kind["count"] for kind in plan.summary)


def test_database_refuses_the_planner_as_approver(db, people, in_force, ended):
    ended(1)
    plan_id = plans.make_plan(people["planner"], TODAY)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE retention_plan SET state = 'approved', approved_by = made_by, approval_digest = digest WHERE id = %s",
            [plan_id],
        )
    assert queries.plan(plan_id).state is State.PLANNED


def test_who_planned_in_an_earlier_role_cannot_approve(db, people, in_force, ended):
    from keizoku.accounts.models import Staff

    ended(1)
    plan = queries.plan(plans.make_plan(people["planner"], TODAY))
    Staff.objects.filter(pk=people["planner"].id).update(role="approver")
    with pytest.raises(SamePerson):
        plans.approve_plan(plan.id, people["planner"], digest=plan.digest, number=plan.count)
    assert queries.plan(plan.id).state is State.PLANNED


def test_wrong_number_and_wrong_digest_are_refused(db, people, in_force, ended):
    ended(1)
    plan_id = plans.make_plan(people["planner"], TODAY)
    plan = queries.plan(plan_id)
    with pytest.raises(PlanRefused):
        plans.approve_plan(plan_id, people["approver"], digest=plan.digest, number=plan.count + 1)
    with pytest.raises(PlanRefused):
        plans.approve_plan(plan_id, people["approver"], digest="0" * 64, number=plan.count)
    assert queries.plan(plan_id).state is State.PLANNED
    with pytest.raises(PlanRefused):
        destroy(plan_id)


def test_second_approver_comes_too_late(db, people, in_force, ended):
    ended(1)
    plan_id = approved(people)
    plan = queries.plan(plan_id)
    with pytest.raises(PlanRefused):
        plans.approve_plan(plan_id, people["second"], digest=plan.digest, number=plan.count)
    assert queries.plan(plan_id).approved_by == f"staff:{people['approver'].id}"


def test_policy_changed_after_the_plan_refuses_the_approval(db, people, in_force, ended):
    ended(1)
    plan_id = plans.make_plan(people["planner"], TODAY)
    plan = queries.plan(plan_id)
    next_policy(people)
    with pytest.raises(PlanStale):
        plans.approve_plan(plan_id, people["approver"], digest=plan.digest, number=plan.count)
    assert queries.plan(plan_id).state is State.PLANNED
    assert queries.plan(plan_id).is_stale


def test_policy_changed_after_the_approval_stops_the_destruction(db, people, in_force, ended):
    [one] = ended(1)
    plan_id = approved(people)
    next_policy(people)
    with pytest.raises(PlanStale):
        destroy(plan_id)
    assert queries.plan(plan_id).state is State.STOPPED
    assert Customer.objects.get(id=one).destroyed_on is None
    assert Certificate.objects.filter(plan_id=plan_id).exists()


def test_hold_between_approval_and_batch_keeps_its_customer(db, people, in_force, ended):
    held, gone = ended(2)
    plan_id = approved(people)
    holds.place_hold(
        customer_id=held,
        matter="litigation",
        reason="訴訟",
        until_on=None,
        actor=people["planner"],
        today=TODAY,
    )

    destroy(plan_id)

    assert outcome_of(plan_id) == {held: Outcome.HELD, gone: Outcome.DESTROYED}
    assert RecordVersion.objects.filter(customer_id=held).exists()
    assert count("risk_rating", f"customer_id = {held}") > 0


def test_held_customer_is_in_no_plan_and_comes_back_when_the_hold_is_lifted(db, people, in_force, ended):
    held, _ = ended(2)
    hold = holds.place_hold(
        customer_id=held, matter="inquiry", reason="照会", until_on=None, actor=people["planner"], today=TODAY
    )
    plan = queries.plan(plans.make_plan(people["planner"], TODAY))
    record = next(kind for kind in plan.summary if kind["kind"] == "record")
    assert (record["count"], record["held"]) == (1, 1)
    plans.withdraw_plan(plan.id, people["planner"])
    holds.lift_hold(hold, actor=people["planner"])
    again = queries.plan(plans.make_plan(people["planner"], TODAY))
    assert next(kind for kind in again.summary if kind["kind"] == "record")["count"] == 2


def test_hold_whose_last_day_is_over_holds_nothing(db, people, in_force, ended):
    [one] = ended(1)
    holds.place_hold(
        customer_id=one, matter="other", reason="調査", until_on=TODAY, actor=people["planner"], today=TODAY
    )
    with pytest.raises(PlanRefused):
        plans.make_plan(people["planner"], TODAY)
    assert plans.make_plan(people["planner"], date(2026, 11, 22))


def test_customer_who_came_back_after_the_approval_is_kept(db, people, in_force, ended):
    back, gone = ended(2)
    plan_id = approved(people)
    reopen_relation(back, reason="returned", actor=SYSTEM, today=TODAY)
    destroy(plan_id)
    assert outcome_of(plan_id) == {back: Outcome.NOT_DUE, gone: Outcome.DESTROYED}
    assert Customer.objects.get(id=back).destroyed_on is None


def test_destruction_repeated_changes_nothing(db, people, in_force, ended):
    ended(3)
    plan_id = approved(people)
    assert destroy(plan_id, batch=2) > 0
    before = Certificate.objects.get(plan_id=plan_id).text
    assert destroy(plan_id) == 0
    assert Certificate.objects.get(plan_id=plan_id).text == before


def test_stopped_plan_is_certified_with_what_is_left(db, people, in_force, ended):
    ended(1)
    plan_id = approved(people)
    stop(plan_id, people["planner"])
    content = certificate.verify(_file(plan_id)).content
    assert content["destroyed"] == 0
    assert [kind["left"] for kind in content["kinds"]] == [kind["planned"] for kind in content["kinds"]]
    with pytest.raises(PlanRefused):
        destroy(plan_id)


def _file(plan_id):
    found = queries.certificate(plan_id)
    return certificate.file_of(found.text, found.signature, found.public_key)


def test_certificate_says_what_went_and_holds_without_the_database(db, people, in_force, ended):
    ended(2)
    plan_id = approved(people)
    destroy(plan_id)

    found = certificate.verify(_file(plan_id), queries.certificate(plan_id).public_key)

    assert found.findings == ()
    record = next(kind for kind in found.content["kinds"] if kind["kind"] == "record")
    assert (record["destroyed"], record["held"], record["rows"]["customers_recordversion"]) == (2, 0, 2)
    assert found.content["plan"]["approved_by"] == f"staff:{people['approver'].id}"
    assert found.content["policy"]["version"] == 1


@pytest.mark.parametrize("place", [30, 200, 600])
def test_changed_certificate_is_found(db, people, in_force, ended, place):
    ended(1)
    plan_id = approved(people)
    destroy(plan_id)
    file = bytearray(_file(plan_id))
    at = file.index(b"destroyed") + place
    file[at] = ord("7") if file[at] != ord("7") else ord("8")
    assert not certificate.verify(bytes(file)).holds


def test_certificate_under_another_key_is_named(db, people, in_force, ended):
    ended(1)
    plan_id = approved(people)
    destroy(plan_id)
    assert certificate.verify(_file(plan_id), "00" * 32).findings == (
        "署名した鍵が、指定された公開鍵ではありません。",
    )


def test_uploads_stored_file_goes_with_its_row(db, people, in_force):
    from django.utils import timezone

    from keizoku.customers.models import ImportUpload

    stored = files.store([b"0000000001,..."])
    ImportUpload.objects.create(
        file=stored.id, file_name="a.csv", sha256=stored.sha256, size=1, as_of=LAST_DAY, header=[],
        state="failed", requested_by="staff:1", changed_at=timezone.now().replace(year=2026, month=1),
    )  # fmt: skip
    plan_id = approved(people)
    destroy(plan_id)
    assert count("customers_importupload") == 0
    with pytest.raises(FileNotFoundError):
        files.open_stored(stored.id)


@pytest.mark.parametrize(
    "attack",
    [
        "DELETE FROM customers_recordversion",
        "DELETE FROM reviews_answer",
        "DELETE FROM retention_plan",
        "DELETE FROM retention_item",
        "UPDATE retention_item SET outcome = 'destroyed'",
        "INSERT INTO retention_item (plan_id, kind, subject, since, outcome) SELECT id, 'record', 1, '2000-01-01', '' FROM retention_plan",
        "UPDATE retention_plan SET digest = 'x'",
        "UPDATE retention_plan SET state = 'approved', approved_by = 'staff:99', approval_digest = 'y'",
        "INSERT INTO retention_kind VALUES ('all', 'settled', 0, 'SELECT 1')",
        "UPDATE retention_way SET condition = 'true'",
        "UPDATE retention_policy SET periods = '{}'",
        "UPDATE retention_batch SET destroyed = 0",
        "UPDATE retention_certificate SET text = ''",
        "INSERT INTO keizoku_lift VALUES (pg_current_xact_id(), 'DELETE', 'customers_recordversion')",
    ],
)
def test_app_can_destroy_nothing_by_itself(db, people, in_force, ended, attack):
    ended(1)
    plans.make_plan(people["planner"], TODAY)
    before = count("customers_recordversion")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)
    assert count("customers_recordversion") == before


def test_forged_plan_destroys_nobody_whose_period_is_not_over(db, people, in_force, make_customers, ended):
    [active] = make_customers(1)
    [recent] = ended(1, on=date(2026, 1, 5))
    plan = Plan.objects.create(policy_id=in_force, on=TODAY, made_by="staff:1")
    for subject in (active, recent):
        Item.objects.create(plan=plan, kind="record", subject=subject, customer_id=subject, since=LAST_DAY)
    Plan.objects.filter(id=plan.id).update(digest="d" * 64)
    Plan.objects.filter(id=plan.id).update(state="approved", approved_by="staff:2", approval_digest="d" * 64)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM retention_destroy(%s, 'record', %s)", [plan.id, [active, recent]])
        assert cursor.fetchall() == []
    assert outcome_of(plan.id) == {active: Outcome.NOT_DUE, recent: Outcome.NOT_DUE}
    assert RecordVersion.objects.filter(customer_id__in=[active, recent]).count() == 2
    assert Batch.objects.count() == 0
