"""Where a signed-in session is kept: Django's table, and its end put off by one statement a page instead of three.

Django saves in a transaction and asks first whether the row is there; one UPDATE that counts its row needs neither.
"""

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError


class SessionStore(db.SessionStore):
    """Loaded by name (``settings.SESSION_ENGINE``)."""

    def save(self, must_create: bool = False) -> None:  # noqa: FBT001, FBT002 - Django's signature
        if must_create or self.session_key is None:
            super().save(must_create)
            return
        row = self.create_model_instance(dict(self.items()))
        kept = self.model.objects.filter(session_key=row.session_key)
        if not kept.update(session_data=row.session_data, expire_date=row.expire_date):
            raise UpdateError  # it was signed out elsewhere; Django tells the browser
