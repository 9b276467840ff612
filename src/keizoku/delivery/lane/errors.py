"""The lane's refusals."""

from keizoku.kernel.errors import Refusal


class CodeRefused(Refusal):
    """A code that cannot be asked for: too many, no such way, or words that carry none."""

    code = "delivery.code_refused"


class CodeAskedAlready(CodeRefused):
    """One for the same purpose was asked for a moment ago; it is on its way."""

    code = "delivery.code_asked_already"

    def __init__(self) -> None:
        super().__init__("確認番号は、いまお送りしたところです。", remedy="届くまでお待ちください。")
