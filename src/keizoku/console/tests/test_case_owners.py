"""A corporation's case: the record's owners beside the declared ones, and what an approval does to each."""

from keizoku.console.tests.pages import go, words
from keizoku.reviews.actions import submit_answer
from keizoku.reviews.tests import people
from keizoku.reviews.tests.test_owning import ANSWERS, COMPANY
from keizoku.ui.tests.page import Page


def test_owners_stand_side_by_side_on_the_case(browser, tmp_path):
    (customer,) = people.import_customers(tmp_path, COMPANY)
    (review,) = people.open_for(customer)
    *before, owners = ANSWERS
    people.answer_all(review.id, (*before, {**owners, "2.nationality": ["PHL"]}))
    submit_answer(review.id, entry="link")
    shown = go(browser("reviewer"), "console-case", review.id)
    assert "記録なし山田 太郎1960-04-08 生まれ" in words(shown)
    assert "間接 40.00%、議決権" in words(shown)
    # Once each: the list itself became the comparison, and how the votes are held stands below it.
    assert "申告された議決権" in words(shown)
    assert words(shown).count("1960-04-08") == 1
    assert words(shown).count("甲株式会社") == 2, "as a holder, and as what somebody holds through"
    notes = words(shown).split("記録にはならない回答")[1]
    assert notes.count("山田") == 1
    assert "山田 次郎：国籍 フィリピン" in notes, "what has no place in the record is shown, not lost"
    assert "甲株式会社" not in notes
    assert Page(shown.content.decode()).faults() == []
