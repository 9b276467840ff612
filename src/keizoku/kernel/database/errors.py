"""What can go wrong with the database's installation, said so that a developer knows what to do next."""

from __future__ import annotations


class DatabaseUnavailable(RuntimeError):
    """No usable PostgreSQL: the message says why, and names the setting or folder to change."""
