"""Two versions side by side: what is added, removed, moved, reworded and otherwise changed. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from keizoku.forms.rules.definition import KIND_WORDS, REGISTER_WORDS, Question, Questionnaire
from keizoku.forms.rules.facts import fields_after
from keizoku.forms.rules.wording import LANGUAGES, places
from keizoku.kernel.conditions import describe


class What(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    REWORDED = "reworded"
    CHANGED = "changed"


WHAT_WORDS: Final = {
    What.ADDED: "質問を足す",
    What.REMOVED: "質問をなくす",
    What.MOVED: "順番を変える",
    What.REWORDED: "言葉を変える",
    What.CHANGED: "決まりを変える",
}


@dataclass(frozen=True, slots=True)
class Change:
    """``place`` says in words where; ``old`` and ``new`` are empty where there was or is nothing."""

    what: What
    place: str
    old: str
    new: str


def compare(old: Questionnaire | None, new: Questionnaire) -> tuple[Change, ...]:
    """All differences of a version against the one before; of a first version everything that it asks."""
    before = {} if old is None else {question.id: question for question in old.questions}
    after = {question.id: question for question in new.questions}
    return (
        *_added_and_removed(before, after),
        *_moved(list(before), list(after)),
        *_rules(old, new, before, after),
        *_words(old, new, before, after),
    )


def _added_and_removed(before: Mapping[str, Question], after: Mapping[str, Question]) -> Iterator[Change]:
    for name in (each for each in after if each not in before):
        yield Change(What.ADDED, _named(after[name]), "", after[name].title)
    for name in (each for each in before if each not in after):
        yield Change(What.REMOVED, _named(before[name]), before[name].title, "")


def _moved(before: list[str], after: list[str]) -> Iterator[Change]:
    """Places among the questions that both have: what only shifts because of another is not moved."""
    both = [name for name in before if name in after]
    now = [name for name in after if name in before]
    for name in both:
        if both.index(name) != now.index(name):
            yield Change(
                What.MOVED, f"質問 {name}", f"{both.index(name) + 1}番目", f"{now.index(name) + 1}番目"
            )


def _rules(
    old: Questionnaire | None,
    new: Questionnaire,
    before: Mapping[str, Question],
    after: Mapping[str, Question],
) -> Iterator[Change]:
    for name, question in after.items():
        had = _said(before[name], old) if old is not None and name in before else {}
        for what, said in _said(question, new).items():
            if had.get(what, "") != said and (said or had):
                yield Change(What.CHANGED, f"質問 {question.id}の{what}", had.get(what, ""), said)


def _words(
    old: Questionnaire | None,
    new: Questionnaire,
    before: Mapping[str, Question],
    after: Mapping[str, Question],
) -> Iterator[Change]:
    """Words of questions that are new or gone are told with these."""
    languages = [("ja", places(new), places(old) if old else {})]
    codes = [*new.words, *(code for code in (old.words if old else {}) if code not in new.words)]
    languages += [
        (code, dict(new.words.get(code, {})), dict(old.words.get(code, {})) if old else {}) for code in codes
    ]
    for code, now, then in languages:
        for place in dict.fromkeys([*now, *then]):
            question = place.partition(".")[0] if "." in place else ""
            is_kept = not question or (question in before and question in after)
            if is_kept and now.get(place, "") != then.get(place, "") and old is not None:
                yield Change(
                    What.REWORDED, f"{place}（{LANGUAGES[code]}）", then.get(place, ""), now.get(place, "")
                )


def _said(question: Question, whole: Questionnaire) -> dict[str, str]:
    """What a question's rules are, in words."""
    earlier = whole.questions[: whole.questions.index(question)]
    bounds = "" if question.most is None else f"{question.most:,}"
    if question.least is not None:
        bounds = f"{question.least:,}から{bounds}"
    return {
        "種類": KIND_WORDS[question.kind],
        "答えが入る項目": question.attribute or question.target,
        "必須": "必ず答える" if question.is_required else "答えなくてもよい",
        "登録の値": "変わりないかを確かめる" if question.is_known else "",
        "たずねる条件": "" if question.when is None else describe(question.when, fields_after(earlier)),
        "範囲": bounds,
        "選択肢": "、".join(choice.value for choice in question.choices),
        "番号の種類": REGISTER_WORDS[question.register] if question.register else "",
        "1人についてたずねること": "、".join(
            f"{part.id}（{KIND_WORDS[part.kind]}）" for part in question.parts
        ),
        "氏名を受ける質問": question.names_from,
        "「はい」のときの項目": question.detail.target if question.detail else "",
    }


def _named(question: Question) -> str:
    return f"質問 {question.id}"
