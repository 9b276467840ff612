"""A definition is drafted by one, approved by another, and ends readable; a value has its source and its history."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from keizoku.accounts.errors import NotPermitted
from keizoku.audit.models import Entry
from keizoku.customers.actions import apply_changes
from keizoku.customers.attributes import actions, queries
from keizoku.customers.attributes.rules.definition import State
from keizoku.customers.attributes.tests.people import approve, define, staff
from keizoku.customers.attributes.tests.test_rules import PEP
from keizoku.customers.errors import AttributeInvalid, AttributeRefused, ChangeRefused
from keizoku.customers.models import AttributeValue, AttributeVersion, Fact, RecordVersion
from keizoku.customers.queries import versions
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today

DAY = date(2026, 11, 21)


def answer(customer, *, confirmed=(), **changes):
    return apply_changes(
        customer_id=customer,
        changes=changes,
        confirmed=confirmed,
        source="declared",
        as_of=DAY,
        actor=Actor.system("test"),
    )


def held(customer):
    return Fact.objects.get(customer_id=customer).attributes


def test_draft_is_usable_once_another_has_approved_it(db):
    number = actions.draft(PEP, staff("compliance"))
    assert (queries.usable(), queries.row(number).state) == ((), State.DRAFT)
    approve(number)
    assert [one.name for one in queries.usable()] == ["pep_status"]
    assert queries.row(number).approved_by.startswith("staff:")
    assert Entry.objects.filter(action="customers.attribute.approved").count() == 1


def test_who_drafted_never_approves_and_the_database_refuses_it_too(db):
    number = actions.draft(PEP, staff("compliance"))
    row = AttributeVersion.objects.get(id=number)
    AttributeVersion.objects.filter(id=number)
    with pytest.raises(NotPermitted):
        actions.approve(number, staff("compliance"), digest=row.digest)
    with pytest.raises(IntegrityError, match=r"does not approve it|four_eyes"), transaction.atomic():
        AttributeVersion.objects.filter(id=number).update(state="active", approved_by=row.made_by)
    with pytest.raises(IntegrityError), transaction.atomic():
        AttributeVersion.objects.filter(id=number).update(state="active")
    assert queries.row(number).state is State.DRAFT


def test_approval_of_another_text_than_was_read_is_refused(db):
    number = actions.draft(PEP, staff("compliance"))
    with pytest.raises(AttributeRefused):
        actions.approve(number, staff("approver"), digest="0" * 64)
    assert queries.row(number).state is State.DRAFT
    approve(number)
    with pytest.raises(AttributeRefused):
        approve(number)


@pytest.mark.parametrize(
    "change",
    ['definition = definition || \'{"label": "x"}\'', "type = 'flag'", "made_by = 'x'", "state = 'draft'"],
)
def test_database_keeps_a_version_as_it_was_drafted(db, change):
    define("pep_status")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE customers_attributeversion SET {change}")


def test_type_of_an_approved_attribute_never_changes_whoever_writes_it(db):
    define("pep_status")
    with pytest.raises(AttributeInvalid):
        actions.draft(PEP | {"type": "list"}, staff("compliance"))
    row = AttributeVersion.objects.get()
    row.id, row.version, row.type, row.state, row.approved_by = None, 2, "flag", "draft", ""
    with pytest.raises(IntegrityError, match="type of an approved attribute"), transaction.atomic():
        row.save(force_insert=True)
    assert AttributeVersion.objects.count() == 1


def test_new_label_is_a_new_version_which_replaces_the_one_before(db):
    define("pep_status")
    define("pep_status", label="外国PEPs")
    assert [(one.version, one.state) for one in queries.rows()] == [(2, State.ACTIVE), (1, State.REPLACED)]
    assert [one.label for one in queries.usable()] == ["外国PEPs"]
    assert [change.what for change in queries.changes_of(queries.rows()[0].id)] == ["名称"]


def test_second_draft_the_same_content_and_a_taken_label_are_refused(db):
    number = actions.draft(PEP, staff("compliance"))
    with pytest.raises(AttributeRefused, match="承認待ちの版がもうあります"):
        actions.draft(PEP | {"label": "別の名称"}, staff("compliance"))
    approve(number)
    with pytest.raises(AttributeRefused, match="同じ内容"):
        actions.draft(PEP, staff("compliance"))
    with pytest.raises(AttributeRefused, match="名称の項目がもうあります"):
        actions.draft(PEP | {"name": "other_name"}, staff("compliance"))
    assert AttributeVersion.objects.count() == 1


def test_withdrawn_draft_is_gone_and_its_number_is_not_given_again(db):
    number = actions.draft(PEP, staff("compliance"))
    actions.withdraw(number, staff("compliance"))
    with pytest.raises(AttributeRefused):
        approve(number)
    assert queries.row(actions.draft(PEP, staff("compliance"))).version == 2


def test_ended_attribute_stays_readable_and_comes_back_only_by_two(db, make_customers):
    (customer,) = make_customers(1)
    define("pep_status")
    actions.change_value(customer, "pep_status", "self", reason="told", actor=staff("reviewer"))
    approve(actions.draft_end("pep_status", staff("compliance")))
    assert queries.usable() == ()
    assert [(one.words, one.definition.is_retired) for one in queries.values_of(customer)] == [("本人", True)]
    with pytest.raises(AttributeRefused):
        actions.change_value(customer, "pep_status", "none", reason="told", actor=staff("reviewer"))
    assert held(customer) == {"pep_status": "self"}
    define("pep_status")
    assert [one.name for one in queries.usable()] == ["pep_status"]


def test_roles_that_may_not_are_refused(db, make_customers):
    (customer,) = make_customers(1)
    for role in ("operator", "approver", "reviewer", "auditor"):
        with pytest.raises(NotPermitted):
            actions.draft(PEP, staff(role))
    define("pep_status")
    with pytest.raises(NotPermitted):
        actions.change_value(customer, "pep_status", "self", reason="told", actor=staff("operator"))
    assert held(customer) == {}


def test_staff_s_value_has_source_reason_and_history_and_confirms_nothing(db, make_customers):
    (customer,) = make_customers(1)
    define("income", "pep_status")
    confirmed_on = Fact.objects.get(customer_id=customer).confirmed_on
    clerk = staff("reviewer")
    assert actions.change_value(customer, "income", "1,200", reason="told", actor=clerk) == 2
    assert actions.change_value(customer, "income", "１５００", reason="document", actor=clerk) == 3
    assert held(customer) == {"income": 1500}
    assert Fact.objects.get(customer_id=customer).confirmed_on == confirmed_on
    income, pep = sorted(queries.values_of(customer), key=lambda one: one.definition.name)
    assert (income.words, income.text, income.reason) == ("1,500", "1500", "document")
    assert queries.source_words(income) == f"書類({business_today().isoformat()}時点)"
    assert income.written_by == f"staff:{clerk.id}"
    assert (pep.words, pep.source) == ("", None)
    assert [one.text for one in queries.history_of(customer, "income")] == ["1500", "1200"]
    assert [one.source for one in versions(customer)] == ["core_system", "declared", "document"]
    mark = RecordVersion.objects.get(customer_id=customer, version=3).exceptions["income"]
    assert mark == {"source": "document", "as_of": business_today().isoformat(), "by": f"staff:{clerk.id}"}
    entry = Entry.objects.filter(action="customers.record.changed").order_by("-id").first()
    assert (entry.details["changed"], entry.details["reason"], entry.purpose) == (
        "income",
        "document",
        "record.change",
    )
    assert "1500" not in str(entry.details)


def test_value_is_taken_away_and_the_history_says_so(db, make_customers):
    (customer,) = make_customers(1)
    define("pep_status")
    actions.change_value(customer, "pep_status", "self", reason="told", actor=staff("reviewer"))
    actions.change_value(customer, "pep_status", "", reason="correction", actor=staff("reviewer"))
    assert held(customer) == {}
    assert [one.text for one in queries.history_of(customer, "pep_status")] == ["", "self"]


@pytest.mark.parametrize(("text", "reason"), [("だれか", "told"), ("self", ""), ("self", "somehow")])
def test_bad_value_or_reason_changes_nothing(db, make_customers, text, reason):
    (customer,) = make_customers(1)
    define("pep_status")
    with pytest.raises(AttributeRefused):
        actions.change_value(customer, "pep_status", text, reason=reason, actor=staff("reviewer"))
    assert (held(customer), AttributeValue.objects.count(), RecordVersion.objects.count()) == ({}, 0, 1)


def test_answer_writes_values_and_confirms_others_beside_facts(db, make_customers):
    (customer,) = make_customers(1)
    define("pep_status", "has_proxy", "held_by", "checked_on")
    actions.change_value(customer, "has_proxy", "yes", reason="told", actor=staff("reviewer"))
    answer(customer, confirmed=["has_proxy"], pep_status="family", held_by="self・none", occupation="student")
    assert held(customer) == {"has_proxy": True, "pep_status": "family", "held_by": ["none", "self"]}
    sources = {one.definition.name: one.source for one in queries.values_of(customer)}
    assert sources == {
        "has_proxy": "declared",
        "pep_status": "declared",
        "held_by": "declared",
        "checked_on": None,
    }
    assert Fact.objects.get(customer_id=customer).occupation == "student"
    assert Fact.objects.get(customer_id=customer).confirmed_on == DAY


def test_answer_with_an_unknown_name_or_a_bad_value_changes_nothing(db, make_customers):
    (customer,) = make_customers(1)
    define("pep_status")
    for changes in ({"nothing": "x"}, {"pep_status": "だれか"}):
        with pytest.raises(ChangeRefused):
            answer(customer, **changes)
    assert (held(customer), RecordVersion.objects.count()) == ({}, 1)


def test_value_s_rows_are_only_added(db, make_customers):
    (customer,) = make_customers(1)
    define("pep_status")
    answer(customer, pep_status="self")
    for statement in (
        "UPDATE customers_attributevalue SET reason = 'x'",
        "DELETE FROM customers_attributevalue",
    ):
        with pytest.raises(Exception, match=r"refused|permission denied"), transaction.atomic():
            connection.cursor().execute(statement)
    assert AttributeValue.objects.get().value == "self"
