"""Brings a database to this version's schema, as its owner. Called by the command line and the tests.

Django is set up before this is called. The app's role never runs migrations.
"""

from django.core.management import call_command


def migrate(*, verbosity: int = 0) -> None:
    """Run all migrations on the owner's connection; safe to repeat."""
    call_command("migrate", database="owner", interactive=False, verbosity=verbosity)
