"""A question may fill an attribute that compliance added, where its answers fit it."""

import pytest

from keizoku.customers.attributes import actions
from keizoku.customers.attributes.tests.people import approve, define, staff
from keizoku.forms.actions import draft, install, request
from keizoku.forms.models import QuestionnaireVersion
from keizoku.forms.rules.definition import Kind
from keizoku.forms.rules.judging import judge
from keizoku.forms.rules.reading import QuestionnaireInvalid, read_questionnaire
from keizoku.kernel.actor import Actor

HEAD = 'questionnaire = "person"\nversion = 2\ntitle = "確認"\n'
PEP = """
[[question]]
id = "pep"
kind = "single_choice"
title = "外国で公的な地位にありますか"
why = "法律により確認しています。"
attribute = "pep_status"
choices = [{ value = "none", label = "いいえ" }, { value = "self", label = "はい" }]
"""
INCOME = """
[[question]]
id = "income"
kind = "number"
title = "年収を教えてください（千円）"
why = "お取引の確認のためです。"
attribute = "income"
least = 0
most = 500_000
"""
CHECKED = """
[[question]]
id = "checked"
kind = "date"
title = "書類の日付"
why = "お取引の確認のためです。"
attribute = "checked_on"
"""


def question(text):
    return read_questionnaire(HEAD + text).questions[0]


def test_question_s_target_is_its_attribute():
    assert [(question(text).kind, question(text).target) for text in (PEP, INCOME, CHECKED)] == [
        (Kind.SINGLE_CHOICE, "pep_status"),
        (Kind.NUMBER, "income"),
        (Kind.DATE, "checked_on"),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('attribute = "pep_status"', 'attribute = "pep_status"\ntarget = "occupation"'),
        ('kind = "single_choice"', 'kind = "text"'),
        ('attribute = "pep_status"', 'attribute = "PEP"'),
        ('attribute = "pep_status"', 'attribute = "pep_status"\nleast = 1'),
    ],
)
def test_question_that_mixes_an_attribute_with_other_things_is_refused(old, new):
    with pytest.raises(QuestionnaireInvalid):
        question(PEP.replace(old, new))


def test_number_needs_bounds_and_a_place_for_its_answer():
    for text in (INCOME.replace("most = 500_000", ""), INCOME.replace('attribute = "income"', "")):
        with pytest.raises(QuestionnaireInvalid):
            question(text)


@pytest.mark.parametrize(
    ("text", "typed", "value"),
    [
        (INCOME, "１２，０００", "12000"),
        (INCOME, "007", "7"),
        (INCOME, "500001", None),
        (INCOME, "たくさん", None),
        (INCOME, "9" * 40, None),
        (INCOME, "", None),
        (CHECKED, "令和8年4月1日", "2026-04-01"),
        (CHECKED, "2026-02-30", None),
    ],
)
def test_answer_is_judged_by_its_kind(text, typed, value):
    judged = judge(question(text), {"answer": [typed]}, has_known=False)
    assert (dict(judged.given.values) if judged.given else None) == (
        None if value is None else {question(text).target: value}
    )
    assert bool(judged.errors) is (value is None)


def test_words_of_an_answer_are_those_that_the_customer_saw():
    assert question(INCOME).words_of("12000") == "12,000"
    assert question(CHECKED).words_of("2026-04-01") == "2026年4月1日"
    assert question(PEP).words_of("self") == "はい"


@pytest.mark.parametrize(
    "text",
    [
        PEP.replace("pep_status", "nothing_known"),
        PEP.replace("pep_status", "has_proxy"),
        PEP.replace('value = "self"', 'value = "cousin"'),
        INCOME.replace("500_000", "99_999_999"),
        CHECKED.replace("checked_on", "income"),
    ],
)
def test_question_that_does_not_fit_is_not_published(db, text):
    define("pep_status", "income", "checked_on", "has_proxy")
    with pytest.raises(QuestionnaireInvalid, match="質問"):
        request(draft(HEAD + text, Actor.system("test")), Actor.system("test"))
    assert not QuestionnaireVersion.objects.filter(version=2).exists()


def test_attribute_that_ended_is_asked_about_no_more_by_new_versions(db):
    define("pep_status", "income", "checked_on")
    install(HEAD + PEP + INCOME + CHECKED, Actor.system("maker"), Actor.system("approver"))
    approve(actions.draft_end("income", staff("compliance")))
    written = draft(HEAD + INCOME, Actor.system("test"))
    with pytest.raises(QuestionnaireInvalid, match="income"):
        request(written, Actor.system("test"))
