"""Between the two steps of a sign-in: who gave the first factor, kept beside the session's person until the second.

Invariant: until ``finish`` nobody is signed in, so that no screen, present or future, can be reached by one factor. The
claim holds for ten minutes, and as long as the person's password, role and activity stay as they are.
"""

import time
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from keizoku.accounts import queries as accounts
from keizoku.accounts.access import Staff
from keizoku.accounts.presence import actions as presence

OPENED_AT: Final = "keizoku_opened_at"
_CLAIM: Final = "keizoku_first_step"
_HOLDS_S: Final = 600


@dataclass(frozen=True, slots=True)
class Claim:
    """Whose first step it was, by which way, and where the person wanted to go."""

    staff: Staff
    method: str
    after: str


def begin(request: HttpRequest, staff: Staff, *, method: str, after: str) -> None:
    """Keep the first step. The session's key is new from here: one that somebody planted is worth nothing."""
    auth.logout(request)
    request.session[_CLAIM] = {
        "staff": staff.pk,
        "bound": staff.get_session_auth_hash(),
        "at": int(time.time()),
        "method": method,
        "after": after,
    }


def claim(request: HttpRequest) -> Claim | None:
    """The first step that still holds, if one does."""
    kept = request.session.get(_CLAIM)
    if kept is None or not 0 <= time.time() - kept["at"] < _HOLDS_S:
        return None
    staff = accounts.active_member(kept["staff"])
    if staff is None or not constant_time_compare(kept["bound"], staff.get_session_auth_hash()):
        return None
    return Claim(staff, kept["method"], kept["after"])


def finish(request: HttpRequest, staff: Staff, *, method: str) -> None:
    """Both factors were given: from here the session is the person's, under another new key."""
    request.session.pop(_CLAIM, None)
    auth.login(request, staff)
    if request.session.session_key is None:
        request.session.create()
    request.session[OPENED_AT] = int(time.time())
    request.session.set_expiry(settings.CONSOLE_IDLE_SECONDS)
    presence.opened(
        staff,
        request.session.session_key or "",
        method=method,
        user_agent=request.headers.get("User-Agent", ""),
    )
