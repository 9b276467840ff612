"""One attribute as it is held in memory: name, type, words, and which values exist."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

# As it lies in jsonb: a choice's value, a number, an ISO date, a flag, choices' values.
Stored: TypeAlias = str | int | bool | list[str]


class Type(StrEnum):
    CHOICE = "choice"
    LIST = "list"
    NUMBER = "number"
    DATE = "date"
    FLAG = "flag"


class State(StrEnum):
    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"


TRANSITIONS: Final[Mapping[State, frozenset[State]]] = {
    State.DRAFT: frozenset({State.ACTIVE, State.RETIRED, State.WITHDRAWN}),
    State.ACTIVE: frozenset({State.REPLACED}),
    State.RETIRED: frozenset({State.REPLACED}),
    State.REPLACED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
STATE_WORDS: Final = {
    State.DRAFT: "承認待ち",
    State.ACTIVE: "有効",
    State.RETIRED: "廃止",
    State.REPLACED: "前の版",
    State.WITHDRAWN: "取り下げ",
}
# The one version of a name that says what holds now.
IN_FORCE: Final = (State.ACTIVE, State.RETIRED)
TYPE_WORDS: Final = {
    Type.CHOICE: "選択肢から1つ",
    Type.LIST: "選択肢からいくつでも",
    Type.NUMBER: "整数",
    Type.DATE: "日付",
    Type.FLAG: "はい・いいえ",
}
WITH_CHOICES: Final = frozenset({Type.CHOICE, Type.LIST})


@dataclass(frozen=True, slots=True)
class Choice:
    """``is_closed``: values that are held stay readable, and nobody is given it any more."""

    value: str
    label: str
    is_closed: bool = False


@dataclass(frozen=True, slots=True)
class Definition:
    """One version's content; ``least`` and ``most`` bound a number, inclusive; ``is_retired``: readable, and no more."""

    name: str
    type: Type
    label: str
    english: str = ""
    help: str = ""
    choices: tuple[Choice, ...] = ()
    least: int | None = None
    most: int | None = None
    is_retired: bool = False

    @property
    def offered(self) -> tuple[Choice, ...]:
        """The choices that somebody may still be given."""
        return tuple(choice for choice in self.choices if not choice.is_closed)

    def label_of(self, value: str) -> str:
        return next((choice.label for choice in self.choices if choice.value == value), value)


def to_json(definition: Definition) -> dict[str, object]:
    """The document that is stored, shown to the approver and digested; ``reading.read`` takes it back."""
    written: dict[str, object] = {
        "name": definition.name,
        "type": definition.type.value,
        "label": definition.label,
        "english": definition.english,
        "help": definition.help,
        "about_suspicion": False,
        "retired": definition.is_retired,
    }
    if definition.type in WITH_CHOICES:
        written["choice"] = [
            {"value": choice.value, "label": choice.label, "closed": choice.is_closed}
            for choice in definition.choices
        ]
    if definition.type is Type.NUMBER:
        written |= {"least": definition.least, "most": definition.most}
    return written


def digest_of(definition: Definition, version: int) -> str:
    """What an approver approves, as one SHA-256."""
    content = {"version": version, **to_json(definition)}
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
