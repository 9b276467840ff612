"""Writes of this room: answers so far, and the versions of questionnaires."""

from keizoku.forms.actions.answers import drop_drafts, save_draft
from keizoku.forms.actions.deciding import approve, install, request, retire, send_back, sweep, withdraw
from keizoku.forms.actions.writing import begin, change, draft, undo

__all__ = [
    "approve",
    "begin",
    "change",
    "draft",
    "drop_drafts",
    "install",
    "request",
    "retire",
    "save_draft",
    "send_back",
    "sweep",
    "undo",
    "withdraw",
]
