"""The states of a questionnaire's version, and who asks which questionnaire. Pure."""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final

from keizoku.customers.codes import Kind


class State(StrEnum):
    DRAFT = "draft"
    REQUESTED = "requested"
    ACTIVE = "active"
    RETIRED = "retired"
    WITHDRAWN = "withdrawn"


TRANSITIONS: Final[Mapping[State, frozenset[State]]] = {
    State.DRAFT: frozenset({State.REQUESTED, State.WITHDRAWN}),
    State.REQUESTED: frozenset({State.DRAFT, State.ACTIVE}),
    State.ACTIVE: frozenset({State.RETIRED}),
    State.RETIRED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
STATE_WORDS: Final = {
    State.DRAFT: "下書き",
    State.REQUESTED: "承認待ち",
    State.ACTIVE: "使用中",
    State.RETIRED: "使用を終えた",
    State.WITHDRAWN: "取り下げ",
}
# One of these a questionnaire; the next version begins when it is over.
IN_MAKING: Final = (State.DRAFT, State.REQUESTED)
# Our choice. Goes back to its makers; a draft reaches nobody, and an active version is used until another replaces it.
MAXIMUM_AGES: Final = {State.REQUESTED: timedelta(days=14)}
# What a review of each kind of customer asks where its campaign chose nothing else.
ASKED_OF: Final[Mapping[str, str]] = {
    Kind.INDIVIDUAL: "person",
    Kind.SOLE_PROPRIETOR: "sole_proprietor",
    Kind.CORPORATION: "corporation",
}
# Others that only some kinds can answer; all the rest fit everybody.
ONLY_FOR: Final[Mapping[str, frozenset[str]]] = {
    "residence_period": frozenset({Kind.INDIVIDUAL, Kind.SOLE_PROPRIETOR}),
}


def asked_name(kind: str, chosen: str = "") -> str:
    """The questionnaire that a review is to ask: what its campaign chose, else the customer's kind's own."""
    return chosen or ASKED_OF[kind]


def kinds_of(questionnaire: str) -> frozenset[str]:
    """The kinds of customers (``customers.codes.Kind``) that a questionnaire can be put to."""
    own = frozenset(str(kind) for kind, name in ASKED_OF.items() if name == questionnaire)
    return own or ONLY_FOR.get(questionnaire, frozenset(map(str, ASKED_OF)))
