"""A customer who is asked again gets exactly the ticked questions; everything else stands."""

from dataclasses import replace

import pytest

from keizoku.audit.models import Entry
from keizoku.customers import actions as customers
from keizoku.customers.models import Fact
from keizoku.forms.rules import progress
from keizoku.forms.rules.definition import Given
from keizoku.forms.tests.test_progress import BRANCHING
from keizoku.kernel.actor import Actor
from keizoku.kernel.clock import business_today
from keizoku.reviews import asking
from keizoku.reviews.actions import (
    answer_question,
    ask_for_help,
    decide,
    open_case,
    open_sitting,
    submit_answer,
)
from keizoku.reviews.errors import QuestionsMissing
from keizoku.reviews.models import Decision, ProposedChange, Review
from keizoku.reviews.rules.asking_again import AskAgain
from keizoku.reviews.rules.reasons import HelpKind, Outcome
from keizoku.reviews.rules.states import State
from keizoku.reviews.tests.people import use_standard_scorecard

OCCUPATION = AskAgain(("occupation",), "more_detail")


def ask_again(review, reviewer, again=OCCUPATION):
    return decide(review.id, Outcome.ASK_AGAIN, "occupation_unclear", reviewer, again=again)


def questions_of(review_id):
    sitting = open_sitting(review_id)
    return [question.id for question in progress.asked(sitting.questionnaire, sitting.answers)]


def test_next_round_asks_the_ticked_question_alone_and_the_rest_stands(answered, reviewer):
    use_standard_scorecard()
    assert ask_again(answered, reviewer) is State.ASKED_AGAIN

    sitting = open_sitting(answered.id)
    assert questions_of(answered.id) == ["occupation"]
    assert set(sitting.answers) == {"address", "phone", "purpose", "remittance"}
    assert (sitting.asked_again_about, sitting.asked_again_words) == (
        "ご職業",
        "もう少しくわしく教えてください。",
    )

    done = answer_question(answered.id, 1, {"answer": ["homemaker"]})
    assert done is not None
    assert done.following is None
    assert [row.title for row in asking.answers_shown(open_sitting(answered.id))] == ["職業"]
    assert answer_question(answered.id, 2, {"answer": ["salary"]}) is None
    submit_answer(answered.id, entry="code")
    first, second = (
        list(ProposedChange.objects.filter(round=number).order_by("position").values_list("field", flat=True))
        for number in (1, 2)
    )
    assert first == second
    assert decide(answered.id, Outcome.APPROVE, "explained", reviewer) is State.APPROVED
    assert Fact.objects.get(customer_id=answered.customer_id).occupation == "homemaker"


def test_decision_and_audit_say_which_questions_and_which_words(answered, reviewer):
    ask_again(answered, reviewer)
    row = Decision.objects.get()
    assert (row.asked, row.words) == (["occupation"], "more_detail")
    details = Entry.objects.get(action="reviews.review.decided").details
    assert (details["asked"], details["words"]) == ("occupation", "more_detail")
    (decision,) = open_case(answered.id, reviewer).decisions
    assert decision.asked == "ご職業（「もう少しくわしく教えてください。」）"


@pytest.mark.parametrize(
    "again",
    [
        AskAgain(),
        AskAgain(("no such question",)),
        AskAgain(("occupation",), "free words"),
        AskAgain((), "confirm"),
    ],
)
def test_asking_again_names_answered_questions_and_words_of_the_list(answered, reviewer, again):
    with pytest.raises(QuestionsMissing):
        ask_again(answered, reviewer, again)
    answered.refresh_from_db()
    assert (answered.state, answered.round, Decision.objects.count()) == (State.ANSWERED, 1, 0)


def test_call_for_a_person_in_between_leaves_the_ticked_questions_as_they_are(answered, reviewer):
    ask_again(answered, reviewer)
    ask_for_help(answered.id, HelpKind.HELP)
    with pytest.raises(QuestionsMissing):
        decide(answered.id, Outcome.ASK_AGAIN, "resumed", reviewer, again=OCCUPATION)
    decide(answered.id, Outcome.ASK_AGAIN, "resumed", reviewer)
    assert Review.objects.get(id=answered.id).round == 3
    assert questions_of(answered.id) == ["occupation"]


def test_unchanged_stands_only_while_the_record_is_the_one_that_was_seen(answered, reviewer):
    ask_again(answered, reviewer)
    assert questions_of(answered.id) == ["occupation"]
    customers.apply_changes(
        customer_id=answered.customer_id,
        changes={"phone": "+819011112222"},
        confirmed=[],
        source="declared",
        as_of=business_today(),
        actor=Actor.system("test"),
    )
    assert questions_of(answered.id) == ["address", "phone", "occupation"]


def test_what_new_answers_make_applicable_is_asked_too():
    carried = replace(BRANCHING, standing=frozenset({"since"}))
    answers = {"since": Given(values={"since": "2001"})}
    assert [question.id for question in progress.asked(carried, answers)] == ["abroad"]
    answers["abroad"] = Given(values={"abroad": "yes"})
    assert [question.id for question in progress.asked(carried, answers)] == ["abroad", "country"]
    answers["country"] = Given(values={"country": "one"})
    assert [question.id for question in progress.asked(carried, answers)] == ["abroad", "country"]
    assert progress.is_complete(carried, answers)
    assert set(progress.pruned(carried, answers)) == {"abroad", "country", "since"}
