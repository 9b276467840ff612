"""The lane's refusals."""

from keizoku.kernel.errors import Refusal


class CodeRefused(Refusal):
    """A code that cannot be asked for: too many, no such way, or words that carry none."""

    code = "delivery.code_refused"
