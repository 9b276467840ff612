"""Refusals of this room."""

from keizoku.kernel.errors import Refusal


class ScorecardInvalid(Refusal):
    """A scorecard's text that cannot be taken. ``line`` is 1-based where it is known, ``place`` says what is there."""

    code = "risk.scorecard_invalid"

    def __init__(self, place: str, problem: str, *, line: int | None = None) -> None:
        where = f"{line}行目 {place}".strip() if line else place
        super().__init__(
            f"スコアカードの{where}：{problem}", remedy="その箇所を直して、もう一度登録してください。"
        )
        self.place = place
        self.line = line


class VersionTaken(Refusal):
    code = "risk.version_taken"


class ScorecardNotDraft(Refusal):
    code = "risk.scorecard_not_draft"


class SamePerson(Refusal):
    code = "risk.same_person"


class NoActiveScorecard(Refusal):
    code = "risk.no_active_scorecard"


class NotRateable(Refusal):
    code = "risk.not_rateable"


class CircumstanceRefused(Refusal):
    code = "risk.circumstance_refused"


class CircumstanceGone(Refusal):
    code = "risk.circumstance_gone"


class EventRefused(Refusal):
    code = "risk.event_refused"


class TrialUnderWay(Refusal):
    code = "risk.trial_under_way"
