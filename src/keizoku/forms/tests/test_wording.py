"""Languages: what is said in each, what falls back to Japanese, what the author is told; and writing it down again."""

from datetime import date

import pytest

from keizoku.forms.rules import progress
from keizoku.forms.rules.definition import Given
from keizoku.forms.rules.faults import QuestionnaireInvalid
from keizoku.forms.rules.reading import read_questionnaire, with_words
from keizoku.forms.rules.wording import in_language, languages_of, notices
from keizoku.forms.rules.writing import write_questionnaire
from keizoku.kernel.text.ruby import plain, segments, spoken, unread

TEXT = """
questionnaire = "visit"
version = 3
title = "お客さま情報の確認"

[[question]]
id = "abroad"
kind = "yes_no"
title = "外国に住んでいますか"
why = "法律により確認しています。"
target = "abroad"
detail = { title = "国の名前", target = "where" }

[[question]]
id = "months"
kind = "number"
title = "何か月ですか"
why = "法律により確認しています。"
target = "months"
least = 0
most = 600
required = false
when = { all = [{ field = "abroad", operator = "equals", value = "yes" }, { not = { field = "known.nationality", operator = "equals", value = "JPN" } }] }

[[question]]
id = "family"
kind = "people"
title = "ご家族"
why = "お取引の確認のためです。"
target = "family"
most = 3
when = { any = [{ field = "months", operator = "at_least", value = 12 }, { field = "known.residence_expires_on", operator = "within_days", value = 30 }] }
[[question.part]]
id = "name"
kind = "text"
title = "氏名"
[[question.part]]
id = "tie"
kind = "single_choice"
title = "続柄"
choices = [{ value = "child", label = "子" }, { value = "parent", label = "親" }]

[words.easy]
"abroad.title" = "外国《がいこく》に 住《す》んで いますか"
"family.title" = "ご家族"

[words.en]
"title" = "Your details"
"abroad.title" = "Do you live abroad?"
"abroad.detail" = "Which country?"
"family.part.tie.choice.child" = "Child"
"""
READ = read_questionnaire(TEXT)


def test_words_come_from_the_language_and_fall_back_to_japanese():
    english = in_language(READ, "en")
    abroad, months, family = english.questions
    assert (english.title, abroad.title, months.title) == (
        "Your details",
        "Do you live abroad?",
        "何か月ですか",
    )
    assert abroad.detail is not None
    assert abroad.detail.title == "Which country?"
    assert [choice.label for choice in abroad.choices] == ["Yes", "No"]
    assert [choice.label for choice in family.parts[1].choices] == ["Child", "親"]
    assert in_language(READ, "vi") == READ
    assert languages_of(READ) == [("ja", "日本語"), ("easy", "やさしい日本語"), ("en", "English")]


def test_author_is_told_what_is_missing_and_what_is_hard():
    told = {(notice.language, notice.place): notice.words for notice in notices(READ)}
    assert told["en", "months.title"].endswith("日本語のまま表示されます：何か月ですか")
    assert ("en", "abroad.title") not in told
    assert ("en", "yes") not in told
    assert told["easy", "family.title"] == "ふりがなのない漢字があります：家族"
    long = with_words(READ, "easy", {"title": "あ" * 41})
    assert "1つの文が41文字です。40文字までに分けてください。" in [each.words for each in notices(long)]


def test_further_language_comes_from_a_file_of_its_own_and_owes_every_word():
    read = with_words(READ, "vi", {"title": "Thông tin", "yes": "Có"})
    assert in_language(read, "vi").title == "Thông tin"
    told = [notice.place for notice in notices(read) if notice.language == "vi"]
    assert "no" in told
    assert "yes" not in told


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("xx", {"title": "題"}),
        ("ja", {"title": "題"}),
        ("en", {"nothing.title": "Title"}),
        ("en", {"title": " "}),
        ("en", {"title": "Your password"}),
        ("easy", {"title": "暗《あん》証《しょう》"}),
        ("en", ["Title"]),
    ],
)
def test_words_for_no_place_or_no_language_are_refused(language, told):
    with pytest.raises(QuestionnaireInvalid):
        with_words(READ, language, told)


def test_what_is_written_is_read_back_the_same():
    text = write_questionnaire(READ)
    again = read_questionnaire(text)
    assert (again.questions, again.words, again.title) == (READ.questions, READ.words, READ.title)
    assert write_questionnaire(again) == text


def test_ruby_is_read_over_its_kanji():
    assert segments("東京《とうきょう》の｜お客《きゃく》さま") == [
        ("東京", "とうきょう"),
        ("の", ""),
        ("お客", "きゃく"),
        ("さま", ""),
    ]
    assert plain("東京《とうきょう》都") == "東京都"
    assert spoken("東京《とうきょう》へ") == "とうきょうへ"
    assert unread("東京《とうきょう》の人々") == ["人々"]


def asked(answers: dict[str, Given], **known: object) -> list[str]:
    from dataclasses import replace

    bound = replace(
        READ, known={f"known.{name}": value for name, value in known.items()}, today=date(2026, 11, 1)
    )
    return [question.id for question in progress.applicable(bound, answers)]


def test_conditions_nest_and_ask_about_answers_and_known_facts():
    abroad = {"abroad": Given(values={"abroad": "yes"})}
    assert asked({}) == ["abroad"]
    assert asked(abroad, nationality="JPN") == ["abroad"]
    assert asked(abroad, nationality="VNM") == ["abroad", "months"]
    long = abroad | {"months": Given(values={"months": "12"})}
    assert asked(long, nationality="VNM") == ["abroad", "months", "family"]
    assert asked(long, nationality="JPN") == ["abroad"]
    assert asked({}, residence_expires_on=date(2026, 11, 20)) == ["abroad", "family"]
    assert asked({}, residence_expires_on=date(2026, 12, 20)) == ["abroad"]


@pytest.mark.parametrize(
    "when",
    [
        '{ field = "family", operator = "at_least", value = 1 }',
        '{ field = "abroad", operator = "equals", value = "perhaps" }',
        '{ field = "abroad", operator = "at_least", value = 1 }',
        '{ field = "known.secret", operator = "is_missing" }',
    ],
)
def test_condition_on_what_is_not_asked_before_is_refused(when):
    lines = [f"when = {when}" if line.startswith("when = { all") else line for line in TEXT.splitlines()]
    with pytest.raises(QuestionnaireInvalid, match="when"):
        read_questionnaire("\n".join(lines))
