"""Fetch the Japanese families that specimens are drawn with, into .venv/fonts; runs on .venv's Python.

By npm, with the hashes of scripts/fonts/package-lock.json, and by PyPI's Node where the machine has none. Without them
`keizoku sample documents` draws with the two families that the package brings, and says which are missing.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from browser import npm
from install import VENV

SCRIPTS = Path(__file__).resolve().parent / "fonts"
FOLDER = VENV / "fonts"
UNPACKED = VENV / "fonts.unpacked"
# One weight of each: as a card's printer sets it.
WANTED = (
    "BIZUDMincho_400Regular.ttf",
    "NotoSerifJP_500Medium.ttf",
    "ShipporiMincho_500Medium.ttf",
    "ZenKakuGothicNew_500Medium.ttf",
)


def main() -> int:
    """Fetch what is missing; nothing when all are there."""
    if all((FOLDER / name).is_file() for name in WANTED):
        return 0
    print("Fetching Japanese fonts for specimens (npm)", flush=True)
    UNPACKED.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(SCRIPTS / name, UNPACKED / name)
    settings = {"npm_config_cache": str(UNPACKED / "npm-cache"), "NODE_USE_SYSTEM_CA": "1"}
    command = [*npm(), "ci", "--no-progress", "--loglevel=error"]
    done = subprocess.run(command, cwd=UNPACKED, env=os.environ | settings, check=False)
    if done.returncode:
        shutil.rmtree(UNPACKED, ignore_errors=True)
        sys.exit("npm could not fetch the packages of scripts/fonts/package-lock.json.")
    FOLDER.mkdir(exist_ok=True)
    for name in WANTED:
        (found,) = UNPACKED.rglob(name)
        found.replace(FOLDER / name)
    shutil.rmtree(UNPACKED)
    return 0


if __name__ == "__main__":
    sys.exit(main())
