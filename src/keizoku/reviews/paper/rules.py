"""States of a returned form, why one becomes no answer, the two entries and what they agree on. Pure."""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from keizoku.forms.rules.definition import Answers, Given, Questionnaire
from keizoku.forms.rules.progress import applicable
from keizoku.kernel.text import hyphen


class FormState(StrEnum):
    REGISTERED = "registered"
    KEYED_ONCE = "keyed_once"
    DOUBTFUL = "doubtful"
    HANDED_IN = "handed_in"
    SET_ASIDE = "set_aside"


STATE_WORDS: Final = {
    FormState.REGISTERED: "1人目の入力待ち",
    FormState.KEYED_ONCE: "2人目の入力待ち",
    FormState.DOUBTFUL: "違いの確認待ち",
    FormState.HANDED_IN: "回答にした",
    FormState.SET_ASIDE: "回答にしない",
}
TRANSITIONS: Final[dict[FormState, frozenset[FormState]]] = {
    FormState.REGISTERED: frozenset({FormState.KEYED_ONCE, FormState.SET_ASIDE}),
    # Two entries that agree pass through the doubts in one transaction.
    FormState.KEYED_ONCE: frozenset({FormState.DOUBTFUL, FormState.SET_ASIDE}),
    FormState.DOUBTFUL: frozenset({FormState.HANDED_IN, FormState.SET_ASIDE}),
    FormState.HANDED_IN: frozenset(),
    FormState.SET_ASIDE: frozenset(),
}
WAITING: Final = (FormState.REGISTERED, FormState.KEYED_ONCE, FormState.DOUBTFUL)
TO_BE_KEYED: Final = (FormState.REGISTERED, FormState.KEYED_ONCE)
# Our choice. Then a task of the reviewers: nobody but a person can read a form, and the customer's answer is not thrown
# away.
MAXIMUM_AGES: Final = {
    FormState.REGISTERED: timedelta(days=5),
    FormState.KEYED_ONCE: timedelta(days=5),
    FormState.DOUBTFUL: timedelta(days=14),
}


class Why(StrEnum):
    """Why a form becomes no answer."""

    ANSWERED = "answered"
    WITH_PERSON = "with_person"
    WITHDRAWN = "withdrawn"
    LATE = "late"
    TWICE = "twice"
    OTHER_FORM = "other_form"
    OLD_VERSION = "old_version"
    UNSIGNED = "unsigned"
    BLANK = "blank"
    DAMAGED = "damaged"
    INCOMPLETE = "incomplete"


# What it is, and what to do with it.
WHY_WORDS: Final = {
    Why.ANSWERED: ("ほかの方法で、先に回答がありました", "用紙は保管するだけで、することはありません。"),
    Why.WITH_PERSON: (
        "担当者がお客さまに対応しています",
        "用紙を、このお客さまの審査の担当者に渡してください。",
    ),
    Why.WITHDRAWN: ("この確認は取り下げられました", "用紙は保管するだけで、することはありません。"),
    Why.LATE: ("回答の期限のあとに届きました", "審査の担当者が期限をのばすと、もう一度登録できます。"),
    Why.TWICE: (
        "同じ受付番号の用紙が、先に登録されています",
        "先の用紙の入力を続けます。内容が違うときは、審査の担当者に渡してください。",
    ),
    Why.OTHER_FORM: ("このお客さまの質問票ではありません", "お客さまに、正しい質問票をお送りください。"),
    Why.OLD_VERSION: (
        "確認を始める前に使い終えた版の質問票です",
        "お客さまに、いまの版の質問票をお送りください。",
    ),
    Why.UNSIGNED: ("署名がありません", "お客さまに連絡し、署名のある用紙をお願いしてください。"),
    Why.BLANK: ("何も書かれていません", "お客さまに連絡し、お答えの方法をご案内してください。"),
    Why.DAMAGED: (
        "破れや汚れ、足りないページがあって読めません",
        "お客さまに連絡し、もう一度お願いしてください。",
    ),
    Why.INCOMPLETE: ("必要な質問の記入が足りません", "お客さまに連絡し、足りない質問をお聞きください。"),
}
# What whoever opens the envelope sees, before anything is keyed.
CONDITIONS: Final[dict[str, Why | None]] = {
    "complete": None,
    "unsigned": Why.UNSIGNED,
    "blank": Why.BLANK,
    "damaged": Why.DAMAGED,
}
CONDITION_WORDS: Final = {
    "complete": "記入と署名がある",
    "unsigned": "署名がない",
    "blank": "何も書かれていない",
    "damaged": "破れ・汚れ・足りないページがあって読めない",
}
# Somebody has to talk to the customer.
ASKS_FOR_A_PERSON: Final = frozenset(
    {Why.LATE, Why.OTHER_FORM, Why.OLD_VERSION, Why.UNSIGNED, Why.BLANK, Why.DAMAGED, Why.INCOMPLETE}
)
# Those that a person may end a form with once it is open.
ENDINGS: Final = (Why.UNSIGNED, Why.DAMAGED, Why.INCOMPLETE)
# Our choice: from the post to the desk three months at most; an older day is a slip of the pen.
LONGEST_WAY: Final = timedelta(days=92)


def received_problem(received_on: date | None, opened_on: date, today: date) -> str:
    """What is wrong with a typed day of receipt; empty where nothing is."""
    if received_on is None:
        return "受領日を入力してください（例：令和8年11月22日、2026-11-22）。"
    if received_on > today:
        return "受領日は、今日までの日付で入力してください。"
    if received_on < opened_on or today - received_on > LONGEST_WAY:
        first = max(opened_on, today - LONGEST_WAY)
        return f"受領日は、{first.year}年{first.month}月{first.day}日から今日までの日付で入力してください。"
    return ""


class How(StrEnum):
    GIVEN = "given"
    BLANK = "blank"
    UNREADABLE = "unreadable"


HOW_WORDS: Final = {How.GIVEN: "記入あり", How.BLANK: "記入なし", How.UNREADABLE: "読めない"}


@dataclass(frozen=True, slots=True)
class Entry:
    """What one person read of one question. ``typed``: what could be read of it, where it is not to be relied upon."""

    how: How
    given: Given = field(default_factory=Given)
    typed: Mapping[str, str] = field(default_factory=dict, repr=False)


Entries = Mapping[str, Entry]
BLANK: Final = Entry(How.BLANK)


def write_entries(entries: Entries) -> str:
    """Canonical JSON."""
    table = {
        question: {
            "how": entry.how.value,
            "unchanged": entry.given.is_unchanged,
            "values": dict(entry.given.values),
            "typed": dict(entry.typed),
        }
        for question, entry in entries.items()
    }
    return json.dumps(table, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_entries(text: str) -> dict[str, Entry]:
    """What ``write_entries`` wrote."""
    table: dict[str, dict[str, Any]] = json.loads(text)
    return {
        question: Entry(How(row["how"]), Given(row["unchanged"], dict(row["values"])), dict(row["typed"]))
        for question, row in table.items()
    }


def agreed(first: Entry, second: Entry) -> Entry | None:
    """What both read; None where they differ or either could not read it. Width, spaces and dashes are no difference."""
    if How.UNREADABLE in (first.how, second.how) or first.how is not second.how:
        return None
    if first.how is How.BLANK:
        return BLANK
    same = first.given.is_unchanged == second.given.is_unchanged and _folded(first) == _folded(second)
    return first if same else None


def settled(
    questionnaire: Questionnaire, first: Entries, second: Entries, resolved: Entries
) -> dict[str, Entry]:
    """Question → what counts: what both read, and in its place what was resolved. Questions in doubt are left out."""
    found: dict[str, Entry] = {}
    for question in questionnaire.questions:
        entry = resolved.get(question.id) or agreed(
            first.get(question.id, BLANK), second.get(question.id, BLANK)
        )
        if entry is not None and entry.how is not How.UNREADABLE:
            found[question.id] = entry
    return found


def answers_of(questionnaire: Questionnaire, entries: Entries) -> dict[str, Given]:
    """What settled entries answer: a question that may stay open and was left blank is answered by nothing."""
    found: dict[str, Given] = {}
    for question in questionnaire.questions:
        entry = entries.get(question.id)
        if entry is not None and entry.how is How.GIVEN:
            found[question.id] = entry.given
        elif entry is not None and not question.is_required:
            found[question.id] = Given()
    return found


@dataclass(frozen=True, slots=True)
class Doubts:
    """Ids of questions: that were read differently or not at all, and that apply, are required, and have no answer."""

    differing: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        return self.differing + self.missing

    def __bool__(self) -> bool:
        return bool(self.all)


def doubts(
    questionnaire: Questionnaire, entries: Entries, answers: Answers, unknown: frozenset[str]
) -> Doubts:
    """What keeps a form from being handed in.

    Args:
        questionnaire: with what is known of the customer, so that it tells which questions apply.
        entries: those that are settled.
        answers: those of this round, with the ones that stand from an earlier one.
        unknown: questions whose value the record does not hold, so that it cannot be "unchanged".
    """
    standing = questionnaire.standing
    differing = [
        each.id for each in questionnaire.questions if each.id not in entries and each.id not in standing
    ]
    missing = [
        each.id
        for each in applicable(questionnaire, answers)
        if each.id in entries
        and each.id not in standing
        and (each.id not in answers or (answers[each.id].is_unchanged and each.id in unknown))
    ]
    return Doubts(tuple(differing), tuple(missing))


def _folded(entry: Entry) -> dict[str, str]:
    return {
        name: "".join(hyphen.fold(unicodedata.normalize("NFKC", value)).split())
        for name, value in entry.given.values.items()
    }
