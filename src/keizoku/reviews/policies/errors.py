"""Named refusals of automatic approval."""

from keizoku.kernel.errors import Refusal


class PolicyInvalid(Refusal):
    """The text is no policy; ``place`` names the part and key."""

    code = "reviews.policy_invalid"

    def __init__(self, place: str, why: str) -> None:
        super().__init__(f"決まりの{f'「{place}」' if place else '文章'}が正しくありません。", remedy=why)
        self.place = place


class PolicyRefused(Refusal):
    code = "reviews.policy_refused"


class OwnPolicy(Refusal):
    code = "reviews.own_policy"

    def __init__(self) -> None:
        super().__init__(
            "ご自身が作った、または申請した決まりは承認できません。", remedy="別の承認者に依頼してください。"
        )
