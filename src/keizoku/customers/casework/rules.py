"""Kinds and states of tasks, their longest age, and what a note or a task's words may hold. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from keizoku.kernel.text.numbers import has_individual_number


class TaskKind(StrEnum):
    CALL_BACK = "call_back"
    HELP = "help"
    DOCUMENT = "document"
    CONFLICT = "conflict"
    CHECK = "check"
    OTHER = "other"


class State(StrEnum):
    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


TASK_LABELS: Final = {
    TaskKind.CALL_BACK: "折り返しの連絡",
    TaskKind.HELP: "担当者の対応",
    TaskKind.DOCUMENT: "書類の受け取り・確認",
    TaskKind.CONFLICT: "食い違いの解決",
    TaskKind.CHECK: "調べもの",
    TaskKind.OTHER: "その他",
}
STATE_WORDS: Final = {State.OPEN: "未了", State.DONE: "完了", State.CANCELLED: "取りやめ"}
TRANSITIONS: Final[dict[State, frozenset[State]]] = {
    State.OPEN: frozenset({State.DONE, State.CANCELLED}),
    State.DONE: frozenset(),
    State.CANCELLED: frozenset(),
}
# An open task is escalated on the day after its due day, which lies at most so many days ahead.
LATEST_DUE_DAYS: Final = 366
MAXIMUM_AGES: Final = {State.OPEN: timedelta(days=LATEST_DUE_DAYS)}

LONGEST_NOTE: Final = 2000
LONGEST_WORDS: Final = 500
# Who may be given a task by role.
ROLES: Final = ("operator", "approver", "reviewer", "compliance")

_CONFIDENTIAL, _ORDINARY = "confidential", "ordinary"


@dataclass(frozen=True, slots=True, repr=False)
class NoteText:
    """A note's text, and whether compliance alone may read it; both lie in one encrypted value."""

    text: str
    is_confidential: bool

    def sealed(self) -> str:
        return f"{_CONFIDENTIAL if self.is_confidential else _ORDINARY}\n{self.text}"

    @classmethod
    def opened(cls, sealed: str) -> "NoteText":
        mark, _, text = sealed.partition("\n")
        return cls(text, mark == _CONFIDENTIAL)


def text_problem(text: str, longest: int, *, what: str) -> str:
    """What keeps a text from being kept, in Japanese; empty when nothing does. Never quotes the text."""
    if not text.strip():
        return f"{what}を入力してください。"
    if len(text) > longest:
        return f"{what}は{longest}文字までです（いま{len(text)}文字）。"
    if has_individual_number(text):
        return f"{what}に個人番号（マイナンバー）とみられる12桁の番号があります。保存していません。取り除いてください。"
    return ""


def due_problem(due_on: date, today: date) -> str:
    if not today <= due_on <= today + timedelta(days=LATEST_DUE_DAYS):
        return "期限は、今日から1年以内の日付にしてください。"
    return ""


def is_overdue(due_on: date, today: date) -> bool:
    """The due day itself still counts."""
    return due_on < today
