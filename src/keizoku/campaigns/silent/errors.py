"""Refusals about cases of the silent."""

from keizoku.kernel.errors import Refusal


class CaseRefused(Refusal):
    """A decision that a case's state, its proof or the rules do not allow; the message says which."""

    code = "silent.refused"
