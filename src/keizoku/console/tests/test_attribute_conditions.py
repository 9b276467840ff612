"""The audience's form asks about attributes: the comparison fits the type, and what it wrote it reads back."""

from datetime import date

import pytest
from django.http import QueryDict

from keizoku.console.forms import attribute_conditions as forms
from keizoku.customers.attributes.rules.definition import Definition, Type
from keizoku.customers.attributes.rules.fields import with_attributes
from keizoku.kernel.conditions import Compare, Operator, describe, parse, to_json
from keizoku.risk.tests.people import ATTRIBUTES

PEP, HELD_BY, INCOME, CHECKED_ON, HAS_PROXY = ATTRIBUTES
FIELDS = with_attributes({}, ATTRIBUTES)


def asked(definition: Definition, operator: str, *values: str) -> forms.Asked:
    posted = QueryDict(mutable=True)
    posted[forms.field_name(definition)] = operator
    posted.setlist(f"{forms.field_name(definition)}_value", list(values))
    return next(one for one in forms.read(posted, ATTRIBUTES) if one.definition is definition)


@pytest.mark.parametrize(
    ("definition", "operator", "values", "words"),
    [
        (PEP, "one_of", ("self", "family"), "公的地位がself・familyのいずれか"),
        (PEP, "none_of", ("none",), "（公的地位がnoneのいずれか）に当てはまらない"),
        (HELD_BY, "contains", ("self", "none"), "資格にselfを含む、または 資格にnoneを含む"),
        (INCOME, "at_least", ("１，０００",), "年収が1000以上"),
        (INCOME, "at_most", ("-5",), "年収が-5以下"),
        (CHECKED_ON, "before", ("令和8年4月1日",), "書類を見た日が2026年4月1日より前"),
        (CHECKED_ON, "older_than_days", ("365",), "書類を見た日が365日前より前"),
        (HAS_PROXY, "no", (), "代理人がなし"),
        (HAS_PROXY, "is_missing", (), "代理人がない"),
        (INCOME, "present", (), "（年収がない）に当てはまらない"),
    ],
)
def test_choice_becomes_a_condition_and_is_read_back(definition, operator, values, words):
    one = asked(definition, operator, *values)
    condition = one.condition()
    assert condition is not None
    assert describe(condition, FIELDS) == words
    assert one.problem() == ""
    written = to_json(condition)
    assert parse(written, FIELDS) == condition
    again = forms.read_back(written, ATTRIBUTES)
    assert again is not None
    assert again.condition() == condition


@pytest.mark.parametrize(
    ("definition", "operator", "value"),
    [
        (PEP, "one_of", "somebody"),
        (HELD_BY, "contains", ""),
        (INCOME, "at_least", "たくさん"),
        (INCOME, "at_least", "999999999999"),
        (CHECKED_ON, "before", "2026-02-30"),
        (CHECKED_ON, "within_days", "99999"),
    ],
)
def test_value_that_cannot_be_read_is_told_and_asks_nothing(definition, operator, value):
    one = asked(definition, operator, value)
    assert one.condition() is None
    assert one.problem()


def test_operator_of_another_type_is_not_taken():
    assert asked(PEP, "at_least", "5").operator == ""
    assert asked(HAS_PROXY, "one_of", "yes").condition() is None


def test_other_conditions_are_not_mistaken_for_an_attribute_s():
    for part in ({"field": "due_on", "operator": "within_days", "value": 3}, {"all": []}, "x"):
        assert forms.read_back(part, ATTRIBUTES) is None


def test_every_type_offers_only_what_its_field_can_compare():
    for definition in ATTRIBUTES:
        assert forms.OPERATORS[Type(definition.type)]
    assert asked(CHECKED_ON, "on_or_after", "2026-04-01").condition() == Compare(
        "checked_on", Operator.ON_OR_AFTER, date(2026, 4, 1)
    )
