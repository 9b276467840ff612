"""Closed questions counted over sets, without decrypting anything."""

from keizoku.forms import queries as forms
from keizoku.reviews.actions import assign_next, decide, submit_answer
from keizoku.reviews.queries.choices import chosen
from keizoku.reviews.rules.reasons import Outcome
from keizoku.reviews.tests import people


def counts():
    found = chosen(forms.active("person").row_id)
    return {one.title: {label: count for label, count in one.counts if count} for one in found}


def test_approved_answers_are_counted_by_choice_and_others_are_not(db, tmp_path):
    people.use_standard_scorecard()
    taro, hanako = people.import_customers(tmp_path, people.TARO, people.HANAKO)
    first, _ = people.open_for(taro, hanako)
    people.answer_all(first.id)
    submit_answer(first.id, entry="link")
    assert set(map(str, counts().values())) == {"{}"}
    reviewer = people.make_staff()
    assert assign_next(reviewer) == first.id
    decide(first.id, Outcome.APPROVE, "consistent", reviewer)
    assert counts() == {
        "ご職業を教えてください": {"年金受給": 1},
        "主なお取引の目的を教えてください": {"給与受取": 1},
        "これから1年のあいだに、外国へ送金する予定はありますか": {"いいえ": 1},
    }
