"""Scorecards and audiences name attributes as they are at this moment; what ended is named by nothing new."""

import pytest
from django.db import connection

from keizoku.customers.attributes import actions as attributes
from keizoku.customers.attributes.tests.people import approve, define, staff
from keizoku.kernel.actor import Actor
from keizoku.kernel.conditions import ConditionError, parse, to_sql
from keizoku.risk import actions, queries
from keizoku.risk.changing import change_attribute
from keizoku.risk.errors import ScorecardInvalid
from keizoku.risk.fields import AUDIENCE_TABLES
from keizoku.risk.models import Scorecard
from keizoku.risk.registry import readable_fields, usable_fields
from keizoku.risk.tests.people import TODAY

FACTOR = """
[[factor]]
id = "pep"
label = "公的地位"
category = "customer"
[[factor.rule]]
label = "本人が公的地位にある"
when = { pep_status = "self" }
points = 100
"""
CONFIRMED = {"field": "confirmed_pep_status", "operator": "older_than_days", "value": 0}
IS_SELF = {"field": "pep_status", "operator": "equals", "value": "self"}


def draft():
    return actions.draft_scorecard(queries.next_draft(None) + FACTOR, staff("compliance"))


def activate(number):
    digest = Scorecard.objects.get(id=number).digest
    actions.activate_scorecard(number, staff("approver"), digest=digest)


def chosen(condition, fields):
    sql, parameters = to_sql(parse(condition, fields), fields, TODAY)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT c.id FROM {AUDIENCE_TABLES} WHERE {sql} ORDER BY c.id", parameters)
        return [found for (found,) in cursor.fetchall()]


def end(name):
    approve(attributes.draft_end(name, staff("compliance")))


def test_unknown_attribute_is_refused_by_name_until_it_is_approved(db, make_customers):
    make_customers(1)
    with pytest.raises(ScorecardInvalid, match="「pep_status」という項目はありません"):
        draft()
    define("pep_status")
    activate(draft())
    assert [one.name for one in queries.active_scorecard().definition.attributes] == ["pep_status"]


def test_attribute_that_ended_since_the_draft_keeps_the_scorecard_from_being_activated(db, make_customers):
    make_customers(1)
    define("pep_status")
    number = draft()
    end("pep_status")
    with pytest.raises(ScorecardInvalid, match="pep_status"):
        activate(number)
    assert Scorecard.objects.get(id=number).state == "draft"


def test_scorecard_in_force_goes_on_rating_by_what_ended(db, make_customers):
    (customer,) = make_customers(1)
    define("pep_status")
    activate(draft())
    actions.rate_everybody(Actor.system("test"), TODAY)
    assert queries.latest_rating(customer).missing == ("公的地位",)
    change_attribute(customer, "pep_status", "self", reason="told", actor=staff("reviewer"), today=TODAY)
    rated = queries.latest_rating(customer)
    assert (rated.missing, rated.level) == ((), "high")
    end("pep_status")
    actions.rate_everybody(Actor.system("test"), TODAY)
    assert queries.standing(customer).level == "high"
    with pytest.raises(ScorecardInvalid):
        actions.draft_scorecard(queries.next_draft(None), staff("compliance"))


def test_new_label_is_shown_by_scorecards_that_name_the_attribute(db, make_customers):
    make_customers(1)
    define("pep_status")
    number = draft()
    define("pep_status", label="外国PEPs")
    words = " ".join(change.new for change in queries.changes_against_active(number))
    assert "外国PEPsが本人" in words


def test_audience_asks_for_the_value_and_the_day_of_its_source(db, make_customers):
    first, second = make_customers(2)
    define("pep_status")
    change_attribute(first, "pep_status", "self", reason="told", actor=staff("reviewer"), today=TODAY)
    fields = usable_fields()
    assert chosen(IS_SELF, fields) == [first]
    assert chosen({"field": "pep_status", "operator": "is_missing"}, fields) == [second]
    assert chosen(CONFIRMED, fields) == []
    assert chosen({"field": "confirmed_pep_status", "operator": "is_missing"}, fields) == [second]
    end("pep_status")
    with pytest.raises(ConditionError):
        parse(IS_SELF, usable_fields())
    assert chosen(IS_SELF, readable_fields()) == [first]
