"""``keizoku audit``: export the sealed trail, and verify an export without any database."""

from keizoku.audit.command import audit as command
from keizoku.audit.command import export
from keizoku.cli.process import with_django

# ``export`` reads the database; ``verify`` must work on a machine that has nothing but the file.
assert export.callback is not None
export.callback = with_django(export.callback)

__all__ = ["command"]
