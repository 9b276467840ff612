"""What every command does before it works: hold the database, set Django up, configure the logs."""

import gc
import os
import re
import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

P = ParamSpec("P")
R = TypeVar("R")
# Some megabytes of objects between two collections; the interpreter's own 700 are less than one window makes.
_YOUNG_OBJECTS = 20_000


def start_django() -> None:
    """Hold the embedded database for this process (unless ``DATABASE_URL`` names another) and set Django up."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "keizoku.settings")
    from keizoku.kernel import logs
    from keizoku.kernel.database import embedded
    from keizoku.kernel.errors import Refusal
    from keizoku.kernel.secrets import ensure_keyring

    logs.configure(as_json=not sys.stderr.isatty())
    gc.set_threshold(_YOUNG_OBJECTS, 20, 20)  # loading makes 130,000 objects that all stay
    try:
        ensure_keyring()  # before anything is made: a state folder whose keys are lost is left alone
        if "DATABASE_URL" not in os.environ:
            embedded.hold_for_process()
        import django

        django.setup()
        from keizoku.kernel.crypto import mark

        mark.check()
    except Refusal as refusal:
        raise click.ClickException(f"{refusal.message} {refusal.remedy}".strip()) from refusal
    collect_rarely()


def collect_rarely() -> None:
    """Leave what stands for the life of the process out of garbage collections, and collect less often.

    A window of messages makes thousands of objects that all die by themselves; by the interpreter's own settings each sets
    off collections that walk every model and module (measured: 100 of 550 µs a delivery over HTTP).
    """
    if not gc.get_freeze_count():  # once a process
        gc.freeze()
    gc.set_threshold(_YOUNG_OBJECTS, 20, 20)


def check_carriers() -> None:
    """Refuse to run when the carriers' addresses do not fit this database (demo or production)."""
    from django.conf import settings

    from keizoku.kernel.installation import check_carriers as check

    check(
        {
            "KEIZOKU_LINE_API_URL": settings.LINE_API_URL,
            "KEIZOKU_SMTP_HOST": settings.SMTP_HOST,
            **({"KEIZOKU_BOUNCE_IMAP_HOST": settings.BOUNCE_IMAP_HOST} if settings.BOUNCE_IMAP_HOST else {}),
            "KEIZOKU_SMS_API_URL": settings.SMS_API_URL,
            "KEIZOKU_LETTER_API_URL": settings.LETTER_API_URL,
        }
    )


def check_models() -> None:
    """Refuse to run when a model that judges pictures is missing or altered, and name it."""
    from keizoku.vision import models

    try:
        models.check_all()
    except (models.ModelMissing, models.ModelAltered) as fault:
        raise click.ClickException(str(fault)) from fault


def with_django(function: Callable[P, R]) -> Callable[P, R]:
    """A command that needs Django; a refusal, or a number that names nothing, is one plain message and exit status 1."""

    @wraps(function)
    def run(*arguments: P.args, **options: P.kwargs) -> R:
        start_django()
        from django.core.exceptions import ObjectDoesNotExist
        from django.db import ProgrammingError

        from keizoku.kernel.errors import Refusal

        try:
            return function(*arguments, **options)
        except Refusal as refusal:
            raise click.ClickException(f"{refusal.message} {refusal.remedy}".strip()) from refusal
        except ObjectDoesNotExist as missing:
            raise click.ClickException(_nothing_there(missing)) from missing
        except ProgrammingError as error:
            raise (_without_tables(error) or error) from error

    return run


def _nothing_there(missing: Exception) -> str:
    """``SilentCase.DoesNotExist`` as a sentence."""
    model = type(missing).__qualname__.partition(".")[0]
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", model).lower()
    return f"There is no {words} with this number; list them first."


def _without_tables(error: Exception) -> click.ClickException | None:
    """What to do where the database has no tables, or those of an older version; None where that is not it."""
    from psycopg import errors

    if not isinstance(error.__cause__, errors.UndefinedTable | errors.UndefinedColumn):
        return None
    from keizoku.kernel.state import state_folder

    place = "DATABASE_URL" if "DATABASE_URL" in os.environ else f"the state folder {state_folder()}"
    return click.ClickException(
        f"The database of {place} is empty, or of an older version. Is it the one you mean (KEIZOKU_STATE)? "
        "Then: keizoku database create (a new one) or keizoku database migrate (an older one)."
    )
