"""Refusals about letters."""

from keizoku.kernel.errors import Refusal


class LetterRefused(Refusal):
    """A batch or a returned letter with which this cannot be done."""

    code = "delivery.letter_refused"
