"""Where a session is kept: Django's table, with one statement where Django takes three to seven.

Django saves in a transaction and asks first whether the row, or a new key, is there already: one statement that counts its
row needs neither, and two keys of 165 random bits do not meet. A new key for what a session holds renames the row: from
then on the old key is worth nothing, as when Django writes a second row and deletes the first.
"""

from typing import Any, Final

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS, UpdateError
from django.db import connection
from django.utils import timezone
from django.utils.crypto import get_random_string

_KEY_LENGTH: Final = 32
_LOAD: Final = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"
_SAVE: Final = "UPDATE django_session SET session_data = %s, expire_date = %s WHERE session_key = %s"


class SessionStore(db.SessionStore):
    """Loaded by name (``settings.SESSION_ENGINE``)."""

    _session_cache: dict[str, Any]

    def load(self) -> dict[str, Any]:
        with connection.cursor() as cursor:
            cursor.execute(_LOAD, [self.session_key, timezone.now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        held: dict[str, Any] = self.decode(row[0])
        return held

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's signature
        if self.session_key is None:
            self.create()
            return
        if must_create:
            # A new one has no row to be loaded from.
            self._session_cache = getattr(self, "_session_cache", {})
            self.create_model_instance(self._session_cache).save(force_insert=True)
            return
        held = dict(self.items())
        with connection.cursor() as cursor:
            cursor.execute(_SAVE, [self.encode(held), self.get_expiry_date(), self.session_key])
            if cursor.rowcount != 1:
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
