from pathlib import Path

import pytest

from keizoku.customers.codes import OCCUPATION_LABELS, PURPOSE_LABELS
from keizoku.forms.rules import evaluation
from keizoku.forms.rules.definition import Given, Kind, Question
from keizoku.forms.rules.evaluation import Judged
from keizoku.forms.rules.judging import judge
from keizoku.forms.rules.reading import read_questionnaire

PERSON = read_questionnaire(
    (Path(__file__).resolve().parent.parent / "questionnaires" / "person-1.toml").read_text()
)
# Worked example of the Individual Number's check digit (reference: 平成26年総務省令85号 5条).
INDIVIDUAL_NUMBER = "983205673214"


def question(question_id: str) -> Question:
    found = PERSON.question(question_id)
    assert found is not None
    return found


def answer(question_id: str, *, has_known: bool = True, **posted: str) -> Judged:
    lists = {name: [value] for name, value in posted.items()}
    return judge(question(question_id), lists, has_known=has_known)


def test_unchanged_address_confirms_the_known_one():
    assert answer("address", known="same").given == Given(is_unchanged=True)


def test_unchanged_cannot_be_said_of_a_value_that_nobody_knows():
    judged = answer("address", has_known=False, known="same")
    assert judged.given is None
    assert set(judged.errors) == {"postal_code", "answer"}


def test_new_address_is_taken_with_its_postal_code_in_any_width():
    judged = answer(
        "address", known="changed", postal_code="〒１５０ー０００２", answer=" 東京都渋谷区渋谷1-2-3 "
    )
    assert judged.given == Given(values={"postal_code": "1500002", "address": "東京都渋谷区渋谷1-2-3"})


@pytest.mark.parametrize(
    ("postal_code", "address", "errors"),
    [
        ("150-000", "東京都渋谷区渋谷1-2-3", {"postal_code": evaluation.POSTAL_FORMAT}),
        ("", "東京都渋谷区渋谷1-2-3", {"postal_code": evaluation.POSTAL_FORMAT}),
        ("000-0000", "東京都渋谷区渋谷1-2-3", {"postal_code": evaluation.POSTAL_UNKNOWN}),
        ("150-0002", "", {"answer": evaluation.ADDRESS_MISSING}),
        ("150-0002", "渋谷区渋谷1-2-3", {"answer": evaluation.ADDRESS_PREFECTURE}),
        ("150-0002", "東京都渋谷", {"answer": evaluation.ADDRESS_SHORT}),
        ("150-0002", "東京都" + "あ" * 118, {"answer": evaluation.ADDRESS_LONG}),
        (
            "150-0002",
            "大阪府大阪市北区梅田1-1",
            {"answer": "郵便番号 150-0002 は東京都の番号です。郵便番号かご住所をお確かめください。"},
        ),
        ("1", "", {"postal_code": evaluation.POSTAL_FORMAT, "answer": evaluation.ADDRESS_MISSING}),
    ],
)
def test_faulty_address_says_at_the_field_what_to_do(postal_code, address, errors):
    judged = answer("address", known="changed", postal_code=postal_code, answer=address)
    assert judged.given is None
    assert judged.errors == errors
    assert judged.shown["postal_code"] == postal_code


def test_postal_code_of_two_prefectures_fits_both():
    for address in ("愛知県弥富市前ケ須町1-1", "三重県桑名郡木曽岬町1-1"):
        assert answer("address", known="changed", postal_code="4980000", answer=address).given is not None


def test_known_question_asks_for_a_choice_first():
    judged = answer("phone", answer="090-1234-5678")
    assert judged.errors == {"known": evaluation.CHOOSE_KNOWN}
    assert judged.shown["answer"] == "090-1234-5678"


def test_new_phone_is_kept_in_its_international_form():
    assert answer("phone", known="changed", answer="０９０−１２３４−５６７８").given == Given(
        values={"phone": "+819012345678"}
    )


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("", evaluation.PHONE_MISSING),
        ("12345", evaluation.PHONE_FORMAT),
        ("090-1234-567", evaluation.PHONE_UNKNOWN),
        ("携帯です", evaluation.PHONE_FORMAT),
    ],
)
def test_faulty_phone_is_refused_in_words(written, message):
    assert answer("phone", known="changed", answer=written).errors == {"answer": message}


def test_customer_without_a_known_phone_may_leave_it_empty():
    assert answer("phone", has_known=False, answer="").given == Given()


def test_single_choice_takes_only_what_was_offered():
    assert answer("occupation", answer="homemaker").given == Given(values={"occupation": "homemaker"})
    assert answer("occupation", answer="astronaut").errors == {"answer": evaluation.CHOOSE_ONE}
    assert answer("occupation").errors == {"answer": evaluation.CHOOSE_ONE}


def test_yes_asks_for_its_detail_and_no_does_not():
    assert answer("remittance", answer="no", detail="ベトナム").given == Given(
        values={"foreign_remittance": "no"}
    )
    assert answer("remittance", answer="yes", detail="ベトナム").given == Given(
        values={"foreign_remittance": "yes", "remittance_countries": "ベトナム"}
    )
    assert answer("remittance", answer="yes", detail=" ").errors == {
        "detail": "「はい」の場合は、送金先の国や地域を入力してください。"
    }


@pytest.mark.parametrize(
    "written", [INDIVIDUAL_NUMBER, "9832 0567 3214", "私の番号は９８３２-０５６７-３２１４です"]
)
def test_individual_number_in_free_text_is_refused_and_not_echoed(written):
    judged = answer("remittance", answer="yes", detail=written)
    assert judged.given is None
    assert judged.errors == {"detail": evaluation.INDIVIDUAL_NUMBER}
    assert "detail" not in judged.shown
    assert judged.shown["answer"] == "yes"


def test_individual_number_is_refused_in_an_address_even_beside_other_faults():
    judged = answer("address", known="changed", postal_code="1", answer=f"東京都渋谷区{INDIVIDUAL_NUMBER}")
    assert judged.errors == {"answer": evaluation.INDIVIDUAL_NUMBER}
    assert "answer" not in judged.shown


def test_answer_does_not_show_itself_when_printed():
    assert "渋谷" not in repr(
        answer("address", known="changed", postal_code="1500002", answer="東京都渋谷区渋谷1-2-3")
    )


def test_multiple_choice_is_joined_in_the_order_offered():
    asked = Question(
        "goods", Kind.MULTIPLE_CHOICE, "どれ", "なぜ", "goods", choices=question("purpose").choices
    )
    judged = judge(asked, {"answer": ["investment", "savings"]}, has_known=False)
    assert judged.given == Given(values={"goods": "savings・investment"})
    assert judge(asked, {"answer": ["savings", "elsewhere"]}, has_known=False).errors == {
        "answer": evaluation.CHOOSE_SOME
    }


def test_text_has_an_end():
    asked = Question("note", Kind.TEXT, "ご意見", "なぜ", "note")
    assert judge(asked, {"answer": ["あ" * 201]}, has_known=False).errors == {
        "answer": "ご回答は200文字までで入力してください。"
    }
    assert judge(asked, {"answer": ["一行\r\n二行"]}, has_known=False).given == Given(
        values={"note": "一行 二行"}
    )


def test_choices_are_the_codes_of_the_record():
    offered = {question.id: [(c.value, c.label) for c in question.choices] for question in PERSON.questions}
    assert offered["occupation"] == [(code.value, label) for code, label in OCCUPATION_LABELS.items()]
    assert offered["purpose"] == [(code.value, label) for code, label in PURPOSE_LABELS.items()]


def test_unchanged_value_leaves_the_other_fields_unread():
    assert answer("address", known="same", answer=INDIVIDUAL_NUMBER).given == Given(is_unchanged=True)
