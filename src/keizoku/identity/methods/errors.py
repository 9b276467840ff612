"""Named refusals of the methods. Codes are stable."""

from keizoku.kernel.errors import Refusal


class TableInvalid(Refusal):
    """The table contradicts itself or says what it may not; ``place`` names the file and the part."""

    code = "identity.table_invalid"

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"本人確認の方法の表（{place}）が正しくありません。", remedy=why)
        self.place = place


class NoSuchMethod(Refusal):
    code = "identity.no_such_method"


class MethodNotAllowed(Refusal):
    """Not for this statute, person or day, or not in use here; the words say why."""

    code = "identity.method_not_allowed"


class ProposalRefused(Refusal):
    code = "identity.proposal_refused"


class OwnProposal(Refusal):
    code = "identity.own_proposal"

    def __init__(self) -> None:
        super().__init__("ご自身が申し出たものは承認できません。", remedy="別の承認者に依頼してください。")


class ResultRefused(Refusal):
    """A provider's result that is not taken; ``reason`` is its machine code."""

    code = "identity.result_refused"

    def __init__(self, reason: str, message: str, *, remedy: str) -> None:
        super().__init__(message, remedy=remedy)
        self.reason = reason
