"""Incidents' refusals."""

from keizoku.kernel.errors import Refusal


class IncidentRefused(Refusal):
    """Not in a state for this, without words, or by the wrong person; the message says which."""

    code = "incidents.refused"
