"""Refusals of retention."""

from keizoku.kernel.errors import Refusal


class PolicyInvalid(Refusal):
    """A text that is no policy; ``place`` says where."""

    code = "retention.policy_invalid"

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(
            f"{place}：{problem}" if place else problem,
            remedy="その箇所を直して、もう一度保存してください。",
        )
        self.place = place
        self.problem = problem


class PolicyRefused(Refusal):
    code = "retention.policy_refused"


class SamePerson(Refusal):
    code = "retention.same_person"


class HoldRefused(Refusal):
    code = "retention.hold_refused"


class PlanRefused(Refusal):
    """A plan that cannot be made, approved or gone on with as things stand."""

    code = "retention.plan_refused"


class PlanStale(PlanRefused):
    """The policy changed after the plan was made."""

    code = "retention.plan_stale"
