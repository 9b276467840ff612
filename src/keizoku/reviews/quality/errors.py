"""Named refusals of quality control."""

from keizoku.kernel.errors import Refusal


class CheckRefused(Refusal):
    """``field``: of the form what was filled in wrongly; the whole, where it is none of them."""

    code = "reviews.check_refused"

    def __init__(self, message: str, *, remedy: str = "", field: str = "__all__") -> None:
        super().__init__(message, remedy=remedy)
        self.field = field


class OwnDecision(Refusal):
    code = "reviews.own_decision"

    def __init__(self) -> None:
        super().__init__(
            "ご自身が決めたもの、書き取った回答、作った・承認した決まりによる決定は、確かめることも対応を決めることもできません。",
            remedy="別の方に依頼してください。",
        )
