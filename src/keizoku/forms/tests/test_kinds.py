"""The kinds that came after the first: e-mail, country, residence period, money, long text, numbers of registers."""

import pytest

from keizoku.forms.rules import evaluation, registered
from keizoku.forms.rules.definition import Given, Kind, Question, Register
from keizoku.forms.rules.judging import judge

# A licence number that passes the check of an Individual Number as well.
LICENCE = "983205673214"


def asked(kind: Kind, **more) -> Question:
    return Question("it", kind, "題", "なぜ", "it", **more)


@pytest.mark.parametrize(
    ("question", "posted", "value"),
    [
        (asked(Kind.EMAIL), {"answer": "ｈａｎａｋｏ@example.jp"}, "hanako@example.jp"),
        (asked(Kind.EMAIL), {"answer": "a..b@example.jp"}, "a..b@example.jp"),
        (asked(Kind.COUNTRY), {"answer": "VNM"}, "VNM"),
        (asked(Kind.RESIDENCE_PERIOD), {"answer": "令和9年4月1日"}, "2027-04-01"),
        (asked(Kind.RESIDENCE_PERIOD), {"detail": "indefinite"}, "indefinite"),
        (asked(Kind.MONEY, least=0, most=10**9), {"answer": "￥１，２００，０００円"}, "1200000"),
        (asked(Kind.LONG_TEXT), {"answer": "一行\r\n二行"}, "一行\n二行"),
        (asked(Kind.TEXT), {"answer": "\u202e一\u200b行\ufeff"}, "一行"),
        (asked(Kind.TEXT), {"answer": "辻󠄀"}, "辻󠄀"),
        (asked(Kind.REGISTERED_NUMBER, register=Register.DRIVING_LICENCE), {"answer": "9832 0567 3214"}, LICENCE),
        (asked(Kind.REGISTERED_NUMBER, register=Register.RESIDENCE_CARD), {"answer": "ａb12345678cd"}, "AB12345678CD"),
        (asked(Kind.REGISTERED_NUMBER, register=Register.CORPORATION), {"answer": "7-0000-1205-0002"}, "7000012050002"),
    ],
)  # fmt: skip
def test_answer_is_normalised_by_its_kind(question, posted, value):
    judged = judge(question, {name: [typed] for name, typed in posted.items()}, has_known=False)
    assert judged.given == Given(values={"it": value})


@pytest.mark.parametrize(
    ("question", "posted", "error"),
    [
        (asked(Kind.EMAIL), {"answer": "hanako"}, evaluation.EMAIL_FORMAT),
        (asked(Kind.EMAIL), {"answer": "あ" * 10_000}, evaluation.EMAIL_FORMAT),
        (asked(Kind.COUNTRY), {"answer": "ZZZ"}, evaluation.CHOOSE_COUNTRY),
        (asked(Kind.RESIDENCE_PERIOD), {}, evaluation.RESIDENCE_FORMAT),
        (asked(Kind.RESIDENCE_PERIOD), {"answer": "2027-04-01", "detail": "indefinite"}, evaluation.RESIDENCE_FORMAT),
        (asked(Kind.MONEY, least=0, most=100), {"answer": "101"}, "0円から100円までの数で入力してください。"),
        (asked(Kind.LONG_TEXT), {"answer": "あ" * 1001}, "ご回答は1000文字までで入力してください。"),
        (asked(Kind.LONG_TEXT), {"answer": f"番号は\n{LICENCE}"}, evaluation.INDIVIDUAL_NUMBER),
        (asked(Kind.TEXT), {"answer": "9832\u200b05673214"}, evaluation.INDIVIDUAL_NUMBER),
        (
            asked(Kind.REGISTERED_NUMBER, register=Register.CORPORATION),
            {"answer": "7000012050003"},
            registered.FAULTS[Register.CORPORATION],
        ),
        (
            asked(Kind.REGISTERED_NUMBER, register=Register.RESIDENCE_CARD),
            {"answer": LICENCE},
            registered.FAULTS[Register.RESIDENCE_CARD],
        ),
    ],
)  # fmt: skip
def test_faulty_answer_is_told_at_its_field(question, posted, error):
    judged = judge(question, {name: [typed] for name, typed in posted.items()}, has_known=False)
    assert judged.given is None
    assert judged.errors == {"answer": error}


def test_answers_are_shown_in_words():
    assert asked(Kind.COUNTRY).words_of("VNM") == "ベトナム"
    assert asked(Kind.MONEY).words_of("1200000") == "1,200,000円"
    assert asked(Kind.RESIDENCE_PERIOD).words_of("2027-04-01") == "2027年4月1日"
    assert asked(Kind.RESIDENCE_PERIOD).words_of("indefinite") == "期限なし（永住者・特別永住者など）"
