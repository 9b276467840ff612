"""What somebody typed from a form, question by question, as entries; what is wrong with it stands at its field. Pure.

Under each question's fields (``reviews.asking``) stands ``unreadable_<question>``: ticked, what was typed is kept as it is
and relied upon by nobody. A question of which nothing was typed is blank.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from keizoku.forms.rules.definition import Question
from keizoku.forms.rules.evaluation import INDIVIDUAL_NUMBER, Posted, clean, tainted_by
from keizoku.forms.rules.judging import judge
from keizoku.reviews import asking
from keizoku.reviews.paper.rules import BLANK, Entry, How

UNREADABLE = "unreadable_"


@dataclass(frozen=True, slots=True)
class Typed:
    """The entries that hold, and question → its errors by posted field, with what is to be shown again."""

    entries: dict[str, Entry] = field(repr=False)
    errors: dict[str, Mapping[str, str]] = field(default_factory=dict)


def typed(post: Mapping[str, Sequence[str]], questions: Iterable[Question]) -> Typed:
    """Judge all questions of a page."""
    entries: dict[str, Entry] = {}
    errors: dict[str, Mapping[str, str]] = {}
    for question in questions:
        entry = one(
            question, asking.posted_answer(post, question), is_unreadable=is_unreadable(post, question)
        )
        if isinstance(entry, Entry):
            entries[question.id] = entry
        else:
            errors[question.id] = entry
    return Typed(entries, errors)


def is_unreadable(post: Mapping[str, Sequence[str]], question: Question) -> bool:
    return bool(post.get(f"{UNREADABLE}{question.id}", ()))


def one(question: Question, posted: Posted, *, is_unreadable: bool) -> Entry | Mapping[str, str]:
    """An entry, or errors by posted field."""
    said = {name: told for name, values in posted.items() if (told := clean(values))}
    if is_unreadable:
        return Entry(
            How.UNREADABLE, typed={name: text for name, text in said.items() if name not in tainted_by(said)}
        )
    if not said or _is_untouched(question, said):
        return BLANK
    judged = judge(question, posted, has_known=question.is_known)
    if judged.given is None:
        return judged.errors
    return Entry(How.GIVEN, judged.given) if judged.given.values or judged.given.is_unchanged else BLANK


def is_tainted(errors: Mapping[str, str]) -> bool:
    """Whether an Individual Number was typed, which is not even shown again."""
    return INDIVIDUAL_NUMBER in errors.values()


def _is_untouched(question: Question, said: Mapping[str, str]) -> bool:
    """Rows of holders come with their choices set: only what was typed counts."""
    return bool(question.most) and all(name.endswith((".company", ".holder")) for name in said)
