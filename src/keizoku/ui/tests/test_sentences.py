"""Sentences made of parts are said part by part in the page's language; what somebody entered stays, and so does Japanese."""

from keizoku.kernel.conditions import All, Any, Compare, Field, FieldType, Not, Operator, describe
from keizoku.kernel.conditions import registry as fields_by_name
from keizoku.kernel.text.sentences import Composed, Given, Listed, Meant
from keizoku.ui import formats, speaking

FIELDS = fields_by_name(
    Field("level", FieldType.TEXT, "リスク", "", {"high": "高", "low": "低"}),
    Field("due_on", FieldType.DATE, "期日", ""),
)
HIGH = Compare("level", Operator.ONE_OF, ("high", "low"))
DUE = Compare("due_on", Operator.WITHIN_DAYS, 60)


def english(words):
    with speaking.spoken_in("en"):
        return speaking.plainly(words)


def test_condition_reads_in_japanese_and_is_said_in_english():
    told = describe(Not(All((HIGH, Any((DUE, Compare("level", Operator.IS_MISSING)))))), FIELDS)
    assert (
        told
        == "（リスクが高・低のいずれか、かつ （期日が60日以内（経過を含む）、または リスクがない））に当てはまらない"
    )
    assert (
        english(told)
        == "not (Risk is one of High, Low and (Due date is within 60 days (or past) or Risk is not known))"
    )


def test_parts_of_a_sentence_are_said_and_what_was_entered_is_not():
    told = Composed("{0}（{1}）", Given("審査"), Listed("・", ["メール", "手紙"]))
    assert told == "審査（メール・手紙）"
    assert english(told) == "審査 (E-mail, Letters)"


def test_word_with_several_meanings_is_said_as_it_is_meant():
    assert english(Meant("期日", "期日の一覧")) == "Due dates"
    assert english("期日") == "Due date"


def test_unit_behind_one_and_behind_many():
    assert (formats.people(1), formats.people(1234)) == ("1人", "1,234人")
    with speaking.spoken_in("en"):
        assert (formats.people(1), formats.people(1234)) == ("1 person", "1,234 people")
        assert (formats.unit_of("1", "人"), formats.yen(11)) == ("person", "11 yen")
