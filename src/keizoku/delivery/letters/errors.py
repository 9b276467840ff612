"""Refusals about letters."""

from django.core.exceptions import ObjectDoesNotExist

from keizoku.kernel.errors import Refusal


class LetterRefused(Refusal):
    """A batch or a returned letter with which this cannot be done."""

    code = "delivery.letter_refused"


class LetterUnknown(LetterRefused, ObjectDoesNotExist):
    """There is no such batch: a page that is missing, and a plain sentence on the command line."""
