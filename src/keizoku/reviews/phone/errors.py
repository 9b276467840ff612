"""The phone desk's named refusals."""

from datetime import timedelta

from keizoku.kernel.errors import Refusal
from keizoku.reviews.phone.rules.script import LOCKED_FOR


class CallRefused(Refusal):
    """Not possible in this call as it stands; nothing was changed."""

    code = "reviews.call_refused"


class CallOver(Refusal):
    code = "reviews.call_over"

    def __init__(self) -> None:
        super().__init__("この通話は終わっています。", remedy="電話窓口から、新しい通話を始めてください。")


class CallOpen(Refusal):
    """One member of staff speaks with one caller."""

    code = "reviews.call_open"

    def __init__(self) -> None:
        super().__init__(
            "前の通話が終わっていません。", remedy="前の通話を開き、結果を選んで終えてください。"
        )


class SoughtUnreadable(Refusal):
    code = "reviews.sought_unreadable"

    def __init__(self) -> None:
        super().__init__(
            "番号として読めませんでした。",
            remedy="受付番号（11桁）、顧客番号（10桁）、電話番号、口座（支店-番号）のどれかを入力してください。",
        )


class NobodyFound(Refusal):
    code = "reviews.caller_unknown"

    def __init__(self) -> None:
        super().__init__(
            "この番号のお客さまは見つかりません。",
            remedy="番号をもう一度おたずねするか、ほかの番号（顧客番号・電話番号）で探してください。",
        )


class CallerUnverified(Refusal):
    code = "reviews.caller_unverified"

    def __init__(self) -> None:
        super().__init__("本人確認がまだです。", remedy="先に、本人確認の質問を終えてください。")


class CallerLocked(Refusal):
    code = "reviews.caller_locked"

    def __init__(self) -> None:
        hours = LOCKED_FOR // timedelta(hours=1)
        super().__init__(
            "違う答えが続いたため、この方の本人確認を止めています。",
            remedy=f"{hours}時間ほどおいてから、おかけ直しいただいてください。折り返しの予約はできます。",
        )


class AnswerUnreadable(Refusal):
    """A slip of the pen: nothing was compared and nothing is counted."""

    code = "reviews.caller_answer_unreadable"

    def __init__(self, hint: str) -> None:
        super().__init__(
            "答えを読み取れませんでした。", remedy=f"{hint}で入力してください。回数には数えていません。"
        )


class CallBackRefused(Refusal):
    """The call back cannot be booked or moved so; nothing was changed."""

    code = "reviews.call_back_refused"
