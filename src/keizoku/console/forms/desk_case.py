"""A reviewer's decision as typed: the field's names carry the outcome, so that each panel keeps what was typed into it."""

from dataclasses import dataclass, field

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
