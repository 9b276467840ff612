"""Models: found by name, held to their checksum, opened once a process.

I own which file a name means. Nobody else opens a model's file. A missing or altered file is refused by name before
anything is judged with it.
"""

import hashlib
import os
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

MANIFEST: Final = Path(__file__).with_name("models.toml")


class ModelMissing(RuntimeError):
    """The file of a model is not there."""


class ModelAltered(RuntimeError):
    """The file of a model is not the one that its manifest names."""


@dataclass(frozen=True)
class Model:
    """One model: what is written down beside every judgement made with it."""

    name: str
    path: Path
    version: str
    licence: str
    sha256: str

    def checked(self) -> Path:
        """The path, once its bytes are those of the manifest.

        Raises:
            ModelMissing: no file there.
            ModelAltered: its SHA-256 differs.
        """
        if not self.path.is_file():
            raise ModelMissing(f"the model {self.name} is missing: {self.path} (run scripts/models.py)")
        with self.path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != self.sha256:
            raise ModelAltered(f"the model {self.name} was altered: {self.path} has SHA-256 {found}")
        return self.path


def folder() -> Path:
    """Where the files lie: KEIZOKU_MODELS, or `models` beside the interpreter's packages."""
    return Path(os.environ.get("KEIZOKU_MODELS") or Path(sys.prefix) / "models")


def read(manifest: Path, files: Path) -> Mapping[str, Model]:
    """All models of a manifest, by name; nothing is opened yet."""
    rows = tomllib.loads(manifest.read_text())
    return {
        name: Model(name, files / row["file"], row["version"], row["licence"], row["sha256"])
        for name, row in rows.items()
    }


@lru_cache(maxsize=1)
def installed() -> Mapping[str, Model]:
    """The models of this installation: ours, and in their places those of KEIZOKU_MODELS_MANIFEST."""
    found = dict(read(MANIFEST, folder()))
    own = os.environ.get("KEIZOKU_MODELS_MANIFEST")
    if own:
        found |= read(Path(own), Path(own).parent)
    return found


@lru_cache(maxsize=32)
def checked(name: str) -> Path:
    """The file of a model, its checksum compared once a process."""
    return installed()[name].checked()


def check_all() -> None:
    """Hold every installed model to its checksum; what judges with them calls this before it starts."""
    for name in installed():
        checked(name)
