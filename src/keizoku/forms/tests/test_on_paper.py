"""On paper: every kind of question has a place, and a condition is told in words that a customer understands."""

from pathlib import Path

import pytest

from keizoku.forms.rules import on_paper
from keizoku.forms.rules.definition import Choice, Detail, Kind, Question, Questionnaire, Register
from keizoku.forms.rules.paper_code import FormCode, read_form_code, write_form_code
from keizoku.forms.rules.reading import read_questionnaire

SHIPPED = Path(__file__).resolve().parent.parent / "questionnaires"


def shipped(name):
    return read_questionnaire((SHIPPED / f"{name}.toml").read_text(encoding="utf-8"))


def only(questionnaire):
    return {
        question.id: on_paper.only_words(question, questionnaire)
        for question in questionnaire.questions
        if question.when is not None
    }


def test_every_kind_of_question_has_its_place_on_paper():
    parts = (Question("n", Kind.TEXT, "氏名", "", "n"), Question("b", Kind.DATE, "生年月日", "", "b"))
    for kind in Kind:
        question = Question(
            "q",
            kind,
            "質問",
            "理由",
            "t",
            choices=(Choice("yes", "はい"), Choice("no", "いいえ")),
            detail=Detail("国", "d"),
            least=0,
            most=2_000_000,
            register=Register.RESIDENCE_CARD,
            parts=parts,
        )
        (printed,) = on_paper.printed(Questionnaire("x", 1, "題", (question,), ""))
        assert printed.places, kind


def test_conditions_are_told_by_the_numbers_of_the_questions():
    assert only(shipped("corporation-1"))["has_holder"].startswith("6の質問が「株式会社など、")
    assert only(shipped("corporation-1"))["holders"] == "7の質問が「はい」の方だけお答えください。"
    assert only(shipped("person-2")) == {"residence": "国籍が「日本」以外の方だけお答えください。"}


def test_list_that_is_longer_than_its_page_says_where_the_rest_is_written():
    part = Question("n", Kind.TEXT, "氏名", "", "n")
    question = Question("q", Kind.PEOPLE, "質問", "", "t", most=6, parts=(part,))

    places = on_paper.printed(Questionnaire("x", 1, "題", (question,), ""))[0].places

    assert [place.legend for place in places[:-1]] == ["1人目", "2人目", "3人目", "4人目"]
    assert places[-1].words == "5人目からは、別の紙に同じように書き、この用紙といっしょにお送りください。"


def test_amount_has_boxes_in_groups_of_three_up_to_its_largest():
    question = Question("q", Kind.MONEY, "質問", "", "t", least=0, most=10_000_000)

    assert on_paper.printed(Questionnaire("x", 1, "題", (question,), ""))[0].places[0].groups == (2, 3, 3)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (write_form_code(12345678906, 15), FormCode(12345678906, 15)),
        ("12345-67890-6", FormCode(12345678906, None)),
        ("１２３４５６７８９０６ｖ１５", FormCode(12345678906, 15)),
        ("12345678907V15", None),
        ("1234567890", None),
        ("", None),
    ],
)
def test_code_is_read_as_typed_or_scanned_and_a_slip_is_noticed(typed, read):
    assert read_form_code(typed) == read
