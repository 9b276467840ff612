"""The table that this installation works by: the one in the package, or the institution's own folder of the same files."""

import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings

from keizoku.identity.methods.errors import TableInvalid
from keizoku.identity.methods.rules.reading import read
from keizoku.identity.methods.rules.table import Table

PACKAGED: Final = Path(__file__).parent / "table"
_APART: Final = frozenset({"methods", "practice"})


def table() -> Table:
    """The table in use, read once a process."""
    return table_in(settings.IDENTITY_METHODS or str(PACKAGED))


@lru_cache(maxsize=4)
def table_in(folder: str) -> Table:
    """The table of a folder: methods.toml, practice.toml and one file a statute.

    Raises:
        TableInvalid: a file lacks or is no TOML, or the table contradicts itself.
    """
    parts = {}
    for path in sorted(Path(folder).glob("*.toml")):
        try:
            parts[path.stem] = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
            raise TableInvalid(path.name, str(wrong)) from None
    for needed in _APART:
        if needed not in parts:
            raise TableInvalid(f"{needed}.toml", "ファイルがありません。")
    statutes = {name: part for name, part in parts.items() if name not in _APART}
    return read(parts["methods"], statutes, parts["practice"])
