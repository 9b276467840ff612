from pathlib import Path

import pytest

from keizoku.forms.rules.definition import Choice, Detail, Kind
from keizoku.forms.rules.reading import QuestionnaireInvalid, asks_for_a_secret, read_questionnaire
from keizoku.kernel.conditions import Compare, Operator

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
    assert shade.when == Compare("colour", Operator.EQUALS, "red")


@pytest.mark.parametrize(
    "words",
    ["暗証番号を入力してください", "パスワード", "ﾊﾟｽﾜｰﾄﾞ", "PIN", "ＰＩＮコード", "new_pin", "Password",
     "my_number", "キャッシュカードの暗証番号", "カード番号", "マイナンバー", "個人番号",
     "セキュリティコード", "暗《あん》証《しょう》番号《ばんごう》", "あんしょうばんごう", "合言葉《あいことば》",
     "one-time code", "your card number", "Mật khẩu"],
)  # fmt: skip
def test_words_that_ask_for_a_secret_are_recognised(words):
    assert asks_for_a_secret(words)


@pytest.mark.parametrize(
    "words",
    [
        "shopping",
        "opinion",
        "ご意見",
        "電話番号",
        "口座番号",
        "spin",
        "在留カード番号",
        "residence card number",
        "運転免許証の番号",
    ],
)
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
    with pytest.raises(QuestionnaireInvalid, match="暗証番号・パスワード"):
        read_questionnaire(text.replace(change, into))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("questionnaire = ", "TOMLとして読めません"),
        (HEAD, "質問は1つから"),
        (HEAD + COLOUR, "2個から100個の選択肢"),
        (HEAD + COLOUR + 'choices = [{ value = "red", label = "赤" }]\n', "2個から100個の選択肢"),
        (HEAD + COLOUR + COLOUR_CHOICES.replace("blue", "red"), "同じ値の選択肢"),
        (HEAD + COLOUR + 'choices = ["赤", "青"]\n', "value（値）と label（名称）"),
        (HEAD + COLOUR + COLOUR_CHOICES + "color = 1\n", "color：このような項目はありません"),
        (HEAD + COLOUR + COLOUR_CHOICES + "known = true\n", "登録の値を確かめられるのは"),
        (HEAD + COLOUR + COLOUR_CHOICES + 'required = "no"\n', "required：true か false"),
        (HEAD + (COLOUR + COLOUR_CHOICES) * 2, "質問 colour・id：同じ名前の質問"),
        (
            HEAD + COLOUR + COLOUR_CHOICES + COLOUR.replace('id = "colour"', 'id = "hue"') + COLOUR_CHOICES,
            "ほかの質問の答えが入ります",
        ),
        (HEAD + COLOUR.replace("single_choice", "secret") + COLOUR_CHOICES, "kind：次のどれかです"),
        (HEAD + COLOUR.replace('why = "知りたいため"', 'why = ""') + COLOUR_CHOICES, "why：1文字から"),
        (HEAD.replace("1", "0") + COLOUR + COLOUR_CHOICES, "version：1以上の整数"),
        (
            HEAD + COLOUR + COLOUR_CHOICES + 'depends_on = { question = "later", value = "red" }\n',
            "「later」という項目はありません",
        ),
        (
            HEAD + COLOUR + COLOUR_CHOICES + 'detail = { title = "何", target = "what" }\n',
            "「はい・いいえ」の質問に",
        ),
    ],
)
def test_faulty_text_is_refused_with_its_reason(text, reason):
    with pytest.raises(QuestionnaireInvalid, match=reason):
        read_questionnaire(text)
