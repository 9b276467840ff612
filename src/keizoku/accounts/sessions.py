"""Where a session is kept: Django's table, with one statement where Django takes three to seven.

Django saves in a transaction and asks first whether the row, or a new key, is there already: one statement that counts its
row needs neither, and two keys of 165 random bits do not meet. A new key for what a session holds renames the row: from
then on the old key is worth nothing, as when Django writes a second row and deletes the first.

Two requests of one browser at once each write what they changed and nothing else: a slow preview does not undo what a form
has said meanwhile.
"""

from typing import Any, Final

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import VALID_KEY_CHARS, UpdateError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

_KEY_LENGTH: Final = 32
_LOAD: Final = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"
_SAVE: Final = """
    UPDATE django_session SET session_data = %s, expire_date = %s
    WHERE session_key = %s AND session_data = coalesce(%s, session_data)
"""
_NOW: Final = "SELECT session_data FROM django_session WHERE session_key = %s FOR UPDATE"


class SessionStore(db.SessionStore):
    """Loaded by name (``settings.SESSION_ENGINE``)."""

    _session_cache: dict[str, Any]
    _as_loaded: str | None = None

    def load(self) -> dict[str, Any]:
        with connection.cursor() as cursor:
            cursor.execute(_LOAD, [self.session_key, timezone.now()])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        self._as_loaded = row[0]
        held: dict[str, Any] = self.decode(row[0])
        return held

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's signature
        if self.session_key is None:
            self.create()
            return
        if must_create:
            # A new one has no row to be loaded from.
            self._session_cache, self._as_loaded = getattr(self, "_session_cache", {}), None
            self.create_model_instance(self._session_cache).save(force_insert=True)
            return
        if not self._saved():
            with transaction.atomic():
                self._take_in()
                self._saved()

    def _saved(self) -> bool:
        """Write what this session holds; not when somebody else has written since it was loaded."""
        written = self.encode(dict(self.items()))
        with connection.cursor() as cursor:
            cursor.execute(_SAVE, [written, self.get_expiry_date(), self.session_key, self._as_loaded])
            if cursor.rowcount != 1:
                return False
        self._as_loaded = written
        return True

    def _take_in(self) -> None:
        """Hold what stands there now, with our own changes in it; the row is ours until the transaction ends."""
        with connection.cursor() as cursor:
            cursor.execute(_NOW, [self.session_key])
            row = cursor.fetchone()
        if row is None:
            raise UpdateError  # it was signed out elsewhere; Django tells the browser
        before: dict[str, Any] = self.decode(self._as_loaded or "")
        ours, merged = dict(self.items()), self.decode(row[0])
        for name in before.keys() | ours.keys():
            if name not in ours:
                merged.pop(name, None)
            elif name not in before or ours[name] != before[name]:
                merged[name] = ours[name]
        self._session_cache, self._as_loaded = merged, row[0]

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
