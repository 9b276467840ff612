from pathlib import Path

from keizoku.forms.rules.definition import Given
from keizoku.forms.rules.notation import read_answers, write_answers
from keizoku.forms.rules.progress import Step, applicable, is_complete, next_step, pruned, step
from keizoku.forms.rules.reading import read_questionnaire

PERSON = read_questionnaire(
    (Path(__file__).resolve().parent.parent / "questionnaires" / "person-1.toml").read_text()
)
BRANCHING = read_questionnaire(
    """
questionnaire = "branching"
version = 1
title = "枝分かれ"
[[question]]
id = "abroad"
kind = "yes_no"
title = "外国に住んでいますか"
why = "知りたいため"
target = "abroad"
[[question]]
id = "country"
kind = "single_choice"
title = "どこですか"
why = "知りたいため"
target = "country"
choices = [{ value = "one", label = "甲・乙" }, { value = "two", label = "丙" }]
depends_on = { question = "abroad", value = "yes" }
[[question]]
id = "since"
kind = "text"
title = "いつからですか"
why = "知りたいため"
target = "since"
depends_on = { question = "country", value = "one" }
"""
)


def there(found: Step | None) -> Step:
    assert found is not None
    return found


def test_first_question_comes_first_and_counts_all_five():
    coming = there(next_step(PERSON, {}))
    assert (coming.number, coming.of, coming.question.id) == (1, 5, "address")


def test_answered_questions_are_passed_but_can_be_opened_again():
    answers = {"address": Given(is_unchanged=True), "phone": Given(is_unchanged=True)}
    assert there(next_step(PERSON, answers)).question.id == "occupation"
    assert there(step(PERSON, answers, 1)).question.id == "address"
    assert there(step(PERSON, answers, 3)).question.id == "occupation"
    assert step(PERSON, answers, 4) is None
    assert step(PERSON, answers, 0) is None
    assert step(PERSON, answers, 6) is None


def test_walk_is_complete_after_the_last_answer():
    answers = {question.id: Given() for question in PERSON.questions}
    assert is_complete(PERSON, answers)
    assert not is_complete(PERSON, dict(list(answers.items())[:-1]))


def test_dependent_questions_appear_and_vanish_with_their_condition():
    answers = {"abroad": Given(values={"abroad": "yes"}), "country": Given(values={"country": "one"})}
    assert [q.id for q in applicable(BRANCHING, {})] == ["abroad"]
    assert [q.id for q in applicable(BRANCHING, answers)] == ["abroad", "country", "since"]
    changed = {**answers, "since": Given(values={"since": "昨年"}), "abroad": Given(values={"abroad": "no"})}
    assert [q.id for q in applicable(BRANCHING, changed)] == ["abroad"]
    assert set(pruned(BRANCHING, changed)) == {"abroad"}


def test_answers_come_back_as_they_were_written():
    answers = {"phone": Given(values={"phone": "+819012345678"}), "address": Given(is_unchanged=True)}
    text = write_answers(answers)
    assert text == (
        '{"address":{"unchanged":true,"values":{}},"phone":{"unchanged":false,"values":{"phone":"+819012345678"}}}'
    )
    assert read_answers(text, PERSON) == answers
    assert list(read_answers(text, PERSON)) == ["address", "phone"]
