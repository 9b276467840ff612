"""Files that a command writes about people: for this user alone, whole or not at all, and never over one that is there."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click


class _NewFile(click.Path):
    """Refused before anything is done for it: a proof is issued once, a return is downloaded once."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path = Path(str(super().convert(value, param, ctx)))
        if path.exists():
            self.fail(_there(path), param, ctx)
        return path


NEW_FILE = _NewFile(dir_okay=False, path_type=Path)


def write_new(path: Path, pieces: Iterable[bytes]) -> None:
    if path.exists():
        raise click.ClickException(_there(path))
    draft = path.with_name(f".{path.name}.draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.writelines(pieces)
    draft.replace(path)


def _there(path: Path) -> str:
    return f"{path} is there already; name another place."
