"""Where a session is kept: Django's table, with one statement where Django takes three to seven.

Django saves in a transaction and asks first whether the row, or a new key, is there already: one statement that counts its
row needs neither, and two keys of 165 random bits do not meet. A new key for what a session holds renames the row: from
then on the old key is worth nothing, as when Django writes a second row and deletes the first.
"""

from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS, UpdateError
from django.utils.crypto import get_random_string

_KEY_LENGTH = 32


class SessionStore(db.SessionStore):
    """Loaded by name (``settings.SESSION_ENGINE``)."""

    _session_cache: dict[str, Any]

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's signature
        if self.session_key is None:
            self.create()
            return
        if must_create:
            # A new one has no row to be loaded from.
            self._session_cache = getattr(self, "_session_cache", {})
            self.create_model_instance(self._session_cache).save(force_insert=True)
            return
        row = self.create_model_instance(dict(self.items()))
        kept = self.model.objects.filter(session_key=row.session_key)
        if not kept.update(session_data=row.session_data, expire_date=row.expire_date):
            raise UpdateError  # it was signed out elsewhere; Django tells the browser

    def cycle_key(self) -> None:
        """A new key for what the session holds. Of two steps at once with the old key, each gets one of its own."""
        self._session_cache = dict(self.items())
        former, self._session_key = self.session_key, self._get_new_session_key()
        renamed = self.model.objects.filter(session_key=former or "").update(session_key=self._session_key)
        if not renamed:
            self.create()
        self.modified = True

    def _get_new_session_key(self) -> str:
        return get_random_string(_KEY_LENGTH, VALID_KEY_CHARS)
