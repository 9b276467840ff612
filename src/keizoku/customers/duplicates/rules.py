"""Why two customers may be one, what may become of the pair, and how long it may wait. Pure."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final


class State(StrEnum):
    FOUND = "found"
    PROPOSED = "proposed"
    APART = "apart"
    MERGED = "merged"


STATE_WORDS: Final = {
    State.FOUND: "候補",
    State.PROPOSED: "統合の承認待ち",
    State.APART: "別の方",
    State.MERGED: "統合済み",
}
# A pair kept apart is found again only when other values of theirs agree.
TRANSITIONS: Final[dict[State, frozenset[State]]] = {
    State.FOUND: frozenset({State.PROPOSED, State.APART}),
    State.PROPOSED: frozenset({State.FOUND, State.MERGED}),
    State.APART: frozenset({State.FOUND}),
    State.MERGED: frozenset(),
}
# Nobody waits in these: ``apart`` is an answer that stands until something new is known.
RESTING: Final = frozenset({State.APART, State.MERGED})


@dataclass(frozen=True, slots=True)
class MaximumAge:
    """``then``: the state that follows; None: nobody but a person may decide, so the pair is marked as late."""

    age: timedelta
    then: State | None


MAXIMUM_AGES: Final[dict[State, MaximumAge]] = {
    State.FOUND: MaximumAge(timedelta(days=90), None),
    State.PROPOSED: MaximumAge(timedelta(days=14), State.FOUND),
}


class Reason(StrEnum):
    PERSON = "person"
    ACCOUNT = "account"
    PHONE_AND_FAMILY = "phone_and_family"
    EMAIL = "email"
    PHONE = "phone"
    BIRTH_MONTH = "birth_month"


REASON_WORDS: Final = {
    Reason.PERSON: "氏名の読みと生年月日が同じ",
    Reason.ACCOUNT: "口座が同じ",
    Reason.PHONE_AND_FAMILY: "電話番号と名字の読みが同じ",
    Reason.EMAIL: "メールアドレスが同じ",
    Reason.PHONE: "電話番号が同じ",
    Reason.BIRTH_MONTH: "生まれた年と月が同じ",
}
# Families share phone and mail, so these alone do not reach the limit; with a birth month they do.
POINTS: Final = {
    Reason.PERSON: 60,
    Reason.ACCOUNT: 60,
    Reason.PHONE_AND_FAMILY: 25,
    Reason.EMAIL: 25,
    Reason.PHONE: 10,
    Reason.BIRTH_MONTH: 30,
}
LIMIT: Final = 55
# Look-up's kind → what two customers who share such a token have in common.
REASON_OF_KIND: Final = {
    "person": Reason.PERSON,
    "account": Reason.ACCOUNT,
    "family": Reason.PHONE_AND_FAMILY,
    "email": Reason.EMAIL,
    "phone": Reason.PHONE,
}
# How the record of who was merged away names that it was: the core system is told by this.
MERGED_INTO: Final = "merged_into"
# More who share one value (an office's phone, 0000-01-01 as a birth date) say nothing of two of them.
MOST_SHARING: Final = 10
MOST_POINTS: Final = 100


def score(reasons: Collection[Reason]) -> int:
    """At most 100. The statement that finds pairs adds the same points; a test holds the two equal."""
    return min(MOST_POINTS, sum(POINTS[reason] for reason in set(reasons)))


class Side(StrEnum):
    """Whose value survives: of the customer who stays, or of the one merged away."""

    SURVIVOR = "survivor"
    OTHER = "other"


# What is chosen together: a postal code belongs to its address.
CHOSEN_TOGETHER: Final = {"address": ("postal_code", "address")}
CHOSEN_FIELDS: Final = ("name", "kana", "birth_date", "address", "phone", "email", "account")
CHOSEN_FACTS: Final = ("nationality", "residence_expires_on", "occupation", "purpose")


def fields_of(choice: str) -> tuple[str, ...]:
    return CHOSEN_TOGETHER.get(choice, (choice,))


def proposal_digest(
    pair: tuple[int, int], versions: tuple[int, int], survivor: int, choices: Mapping[str, str]
) -> str:
    """Of exactly what is approved: who into whom, by which records, with whose values."""
    proposal = [pair, versions, survivor, sorted(choices.items())]
    return hashlib.sha256(json.dumps(proposal).encode()).hexdigest()


def in_words(codes: Iterable[str]) -> list[str]:
    return [REASON_WORDS[Reason(code)] for code in codes]


def known_since(mark: Mapping[str, str]) -> date:
    """The day from which a value is known: that of its source, or of the merge that put it into this record."""
    return date.fromisoformat(max(mark["as_of"], mark.get("merged_on", "")))
