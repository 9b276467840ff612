"""A reviewer's decision as typed: the field's names carry the outcome, so that each panel keeps what was typed into it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from keizoku.reviews.rules.asking_again import AskAgain
from keizoku.reviews.rules.reasons import Outcome


@dataclass(frozen=True, slots=True)
class DecisionForm:
    """What stands in the panel of one outcome; the actions judge it."""

    outcome: Outcome | None = None
    reason: str = ""
    note: str = field(default="", repr=False)
    again: AskAgain = field(default_factory=AskAgain)

    @classmethod
    def kept(cls, draft: Mapping[str, Any]) -> "DecisionForm":
        """What was typed before the browser was closed."""
        if draft.get("outcome") not in set(Outcome):
            return cls()
        again = AskAgain(tuple(draft.get("asked", ())), draft.get("words", ""))
        return cls(Outcome(draft["outcome"]), draft.get("reason", ""), draft.get("note", ""), again)

    @property
    def draft(self) -> dict[str, Any]:
        return {
            "outcome": self.outcome.value if self.outcome else "",
            "reason": self.reason,
            "note": self.note,
            "asked": list(self.again.questions),
            "words": self.again.words,
        }

    @classmethod
    def read(cls, post: QueryDict) -> "DecisionForm":
        typed = post.get("outcome", "")
        if typed not in set(Outcome):
            return cls()
        outcome = Outcome(typed)
        again = AskAgain(tuple(post.getlist("asked")), post.get("words", ""))
        return cls(
            outcome=outcome,
            reason=post.get(f"reason_{typed}", ""),
            note=post.get(f"note_{typed}", ""),
            again=again if outcome is Outcome.ASK_AGAIN else AskAgain(),
        )
