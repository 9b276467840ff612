"""Named refusals of paper forms."""

from keizoku.kernel.errors import Refusal


class PaperRefused(Refusal):
    """What cannot be done with a form, and what to do instead. ``field`` is the form's own field, where one is at fault."""

    code = "reviews.paper_refused"

    def __init__(self, message: str, *, remedy: str, field: str = "__all__") -> None:
        super().__init__(message, remedy=remedy)
        self.field = field


class KeyedBefore(PaperRefused):
    code = "reviews.paper_keyed_before"

    def __init__(self) -> None:
        super().__init__(
            "この用紙は、あなたが1人目として入力しました。",
            remedy="2人目の入力は、別の方に依頼してください。",
        )


class FormMoved(PaperRefused):
    code = "reviews.paper_form_moved"

    def __init__(self, words: str) -> None:
        super().__init__(
            f"この用紙は、いま「{words}」です。",
            remedy="一覧から開き直してください。入力は保存していません。",
        )
