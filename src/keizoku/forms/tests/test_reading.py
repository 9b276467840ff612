from pathlib import Path

import pytest

from keizoku.forms.rules.definition import Choice, Condition, Detail, Kind
from keizoku.forms.rules.reading import QuestionnaireInvalid, asks_for_a_secret, read_questionnaire

PERSON_1 = Path(__file__).resolve().parent.parent / "questionnaires" / "person-1.toml"

HEAD = 'questionnaire = "sample"\nversion = 1\ntitle = "お尋ね"\n'
COLOUR = (
    '[[question]]\nid = "colour"\nkind = "single_choice"\n'
    'title = "色は"\nwhy = "知りたいため"\ntarget = "colour"\n'
)
COLOUR_CHOICES = 'choices = [{ value = "red", label = "赤" }, { value = "blue", label = "青" }]\n'


def test_shipped_questionnaire_asks_five_questions_in_order():
    questionnaire = read_questionnaire(PERSON_1.read_text())
    assert questionnaire.id == "person"
    assert questionnaire.version == 1
    assert [(q.id, q.kind, q.target) for q in questionnaire.questions] == [
        ("address", Kind.ADDRESS, "address"),
        ("phone", Kind.PHONE, "phone"),
        ("occupation", Kind.SINGLE_CHOICE, "occupation"),
        ("purpose", Kind.SINGLE_CHOICE, "purpose"),
        ("remittance", Kind.YES_NO, "foreign_remittance"),
    ]
    assert [q.id for q in questionnaire.questions if q.is_known] == ["address", "phone"]
    remittance = questionnaire.question("remittance")
    assert remittance is not None
    assert remittance.detail == Detail("送金先の国や地域", "remittance_countries")
    assert remittance.choices == (Choice("yes", "はい"), Choice("no", "いいえ"))
    assert all(q.why.endswith("ため。") or q.why.endswith("います。") for q in questionnaire.questions)


def test_digest_names_the_text():
    text = PERSON_1.read_text()
    assert read_questionnaire(text).digest != read_questionnaire(text + "\n").digest


def test_question_may_depend_on_an_earlier_choice():
    text = (
        HEAD
        + COLOUR
        + COLOUR_CHOICES
        + (
            '[[question]]\nid = "shade"\nkind = "text"\n'
            'title = "濃さは"\nwhy = "知りたいため"\ntarget = "shade"\n'
            'depends_on = { question = "colour", value = "red" }\n'
        )
    )
    shade = read_questionnaire(text).question("shade")
    assert shade is not None
    assert shade.depends_on == Condition("colour", "red")


@pytest.mark.parametrize(
    "words",
    ["暗証番号を入力してください", "パスワード", "ﾊﾟｽﾜｰﾄﾞ", "PIN", "ＰＩＮコード", "new_pin", "Password",
     "my_number", "キャッシュカードの暗証番号", "カード番号", "マイナンバー", "個人番号",
     "セキュリティコード"],
)  # fmt: skip
def test_words_that_ask_for_a_secret_are_recognised(words):
    assert asks_for_a_secret(words)


@pytest.mark.parametrize("words", ["shopping", "opinion", "ご意見", "電話番号", "口座番号", "spin"])
def test_harmless_words_are_not_taken_for_a_secret(words):
    assert not asks_for_a_secret(words)


@pytest.mark.parametrize(
    ("change", "into"),
    [
        ('title = "色は"', 'title = "暗証番号は"'),
        ('id = "colour"', 'id = "pin"'),
        ('target = "colour"', 'target = "password"'),
        ('label = "青"', 'label = "パスワード"'),
        ('why = "知りたいため"', 'why = "PINを確かめるため"'),
        ('title = "お尋ね"', 'title = "マイナンバーのお尋ね"'),
    ],
)
def test_no_place_of_a_questionnaire_may_ask_for_a_secret(change, into):
    text = HEAD + COLOUR + COLOUR_CHOICES
    assert change in text
    with pytest.raises(QuestionnaireInvalid, match="never asks for a PIN"):
        read_questionnaire(text.replace(change, into))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("questionnaire = ", "not TOML"),
        (HEAD, r"needs a \[\[question\]\]"),
        (HEAD + COLOUR, "choices must be a list"),
        (HEAD + COLOUR + 'choices = [{ value = "red", label = "赤" }]\n', "choices must be a list"),
        (HEAD + COLOUR + COLOUR_CHOICES.replace("blue", "red"), "a choice appears twice"),
        (HEAD + COLOUR + 'choices = ["赤", "青"]\n', "holds a value and a label"),
        (HEAD + COLOUR + COLOUR_CHOICES + "color = 1\n", "unknown key color"),
        (HEAD + COLOUR + COLOUR_CHOICES + "known = true\n", "only an address or a phone"),
        (HEAD + COLOUR + COLOUR_CHOICES + 'required = "no"\n', "required must be true or false"),
        (HEAD + (COLOUR + COLOUR_CHOICES) * 2, "question colour appears twice"),
        (
            HEAD + COLOUR + COLOUR_CHOICES + COLOUR.replace('id = "colour"', 'id = "hue"') + COLOUR_CHOICES,
            "same field",
        ),
        (HEAD + COLOUR.replace("single_choice", "secret") + COLOUR_CHOICES, "kind must be one of"),
        (HEAD + COLOUR.replace('why = "知りたいため"', 'why = ""') + COLOUR_CHOICES, "why must be words"),
        (HEAD.replace("1", "0") + COLOUR + COLOUR_CHOICES, "whole number from 1 on"),
        (
            HEAD + COLOUR + COLOUR_CHOICES + 'depends_on = { question = "later", value = "red" }\n',
            "no earlier question offers",
        ),
        (
            HEAD + COLOUR + COLOUR_CHOICES + 'detail = { title = "何", target = "what" }\n',
            "belongs to a yes_no",
        ),
    ],
)
def test_faulty_text_is_refused_with_its_reason(text, reason):
    with pytest.raises(QuestionnaireInvalid, match=reason):
        read_questionnaire(text)
