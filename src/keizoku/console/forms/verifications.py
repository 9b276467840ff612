"""The filter of the desk of verifications as an address has it, and as a sentence; a verdict as typed."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict

from keizoku.identity.desk.queue import FREE, MINE, OTHERS, Wanted
from keizoku.identity.rules.deciding import Verdict
from keizoku.identity.rules.outcomes import OUTCOME_WORDS, Outcome
from keizoku.identity.rules.purposes import PURPOSE_WORDS
from keizoku.identity.rules.steps import KIND_WORDS, StepName
from keizoku.kernel.due import URGENCY_WORDS, Urgency
from keizoku.ui.components.work import FilterPart

Options = Sequence[tuple[str, str]]
KINDS: Final[Options] = (("", "どの書類でも"), *((one.value, words) for one, words in KIND_WORDS.items()))
PURPOSES: Final[Options] = (
    ("", "どの目的でも"),
    *((one.value, words) for one, words in PURPOSE_WORDS.items()),
)
FOUND: Final[Options] = (
    ("", "どの結果でも"),
    *((one.value, OUTCOME_WORDS[one]) for one in (Outcome.FAILED, Outcome.UNSURE, Outcome.PASSED)),
)
DUES: Final[Options] = (("", "期限を問わない"), *((one.value, words) for one, words in URGENCY_WORDS.items()))
HELD: Final[Options] = (
    ("", "だれでも"),
    (MINE, "自分"),
    (FREE, "決まっていない"),
    (OTHERS, "ほかの人"),
)
SECOND: Final[Options] = (("", "すべての"), ("1", "2人目の確認を待つ"))
_OF_FIELD: Final = {
    "kind": ("書類", KINDS, "で、目的が"),
    "purpose": ("目的", PURPOSES, "、自動の点検が"),
    "found": ("自動の点検", FOUND, "、期限が"),
    "due": ("期限", DUES, "もので、担当が"),
    "held": ("担当", HELD, "の、"),
    "second": ("2人目", SECOND, "案件"),
}


@dataclass(frozen=True, slots=True)
class VerificationFilter:
    """As chosen; what is not in a list narrows nothing."""

    kind: str = ""
    purpose: str = ""
    found: str = ""
    due: str = ""
    held: str = ""
    second: str = ""

    @classmethod
    def read(cls, asked: QueryDict) -> "VerificationFilter":
        return cls(
            **{
                name: typed
                for name, (_, options, _) in _OF_FIELD.items()
                if (typed := asked.get(name, "")) in dict(options)
            }
        )

    def wanted(self) -> Wanted:
        return Wanted(
            kind=self.kind,
            purpose=self.purpose,
            found=Outcome(self.found) if self.found else None,
            due=Urgency(self.due) if self.due else None,
            held=self.held,
            second=bool(self.second),
        )

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Its chosen fields, for a form that goes on with them."""
        return [(one.name, value) for one in fields(self) if (value := getattr(self, one.name))]

    @property
    def query(self) -> str:
        return urlencode(self.hidden)

    def sentence(self) -> list[FilterPart]:
        """The bar: choices with the words between them."""
        return [
            part
            for name, (label, options, then) in _OF_FIELD.items()
            for part in (
                FilterPart(name=name, label=label, options=options, value=getattr(self, name)),
                FilterPart(then),
            )
        ]


@dataclass(frozen=True, slots=True)
class VerdictForm:
    """What stands in the panel of one verdict; the actions judge it."""

    verdict: Verdict | None = None
    reason: str = ""
    note: str = field(default="", repr=False)
    again: tuple[str, ...] = ()

    @classmethod
    def read(cls, post: QueryDict) -> "VerdictForm":
        typed = post.get("verdict", "")
        if typed not in set(Verdict):
            return cls()
        again = tuple(one for one in post.getlist("again") if one in set(StepName))
        return cls(
            Verdict(typed),
            post.get(f"reason_{typed}", ""),
            post.get(f"note_{typed}", ""),
            again if typed == Verdict.ASKED_AGAIN else (),
        )
