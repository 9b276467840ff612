"""Make .venv what the locks say: `install.py runtime` to run Keizoku, `install.py dev` to work on it.

Runs on the system's Python with nothing installed. Every download is pinned by a hash. Costs nothing when the
locks have not changed since the last time. No index is named here: pip's and uv's own settings decide.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[1]
VENV = PROJECT / ".venv"
PYTHON = VENV / "bin" / "python"
RECORD = VENV / "installed.json"
BOOTSTRAP_LOCK = PROJECT / "requirements-bootstrap.lock"
LOCKS = {"runtime": PROJECT / "requirements.lock", "dev": PROJECT / "requirements-dev.lock"}
OLDEST = (3, 11)

LAUNCHER = """#!/bin/sh
'''exec' {python} "$0" "$@"
' '''
import sys

from keizoku.cli import main

if __name__ == "__main__":
    sys.exit(main())
"""


def main(level: str) -> int:
    """Install `level` unless it is there; several calls at once take turns."""
    with Path(__file__).open() as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        wanted = {name: fingerprint(lock) for name, lock in LOCKS.items()}
        recorded = read_record()
        if recorded.get("place") != str(VENV) and recorded:
            print("The project was moved: making .venv anew.", flush=True)
            shutil.rmtree(VENV)
            recorded = {}
        if recorded.get(level) == wanted[level]:
            return 0
        make_venv()
        install(LOCKS[level])
        link_project()
        installed = wanted if level == "dev" else {"runtime": wanted["runtime"]}
        RECORD.write_text(json.dumps(recorded | installed | {"place": str(VENV)}))
    return 0


def fingerprint(lock: Path) -> str:
    """What an installation depends on: the lock, the way of installing, the interpreter."""
    digest = hashlib.sha256()
    for path in (lock, BOOTSTRAP_LOCK, Path(__file__)):
        digest.update(path.read_bytes())
    digest.update(sys.version.encode())
    return digest.hexdigest()


def read_record() -> dict[str, str]:
    """What was installed at the last time; nothing when .venv is missing or its Python is gone."""
    if not RECORD.is_file() or not PYTHON.exists():
        return {}
    recorded: dict[str, str] = json.loads(RECORD.read_text())
    return recorded


def make_venv() -> None:
    """Make .venv with this Python, unless there is one that runs. Debian packs a part of venv apart."""
    check = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    if PYTHON.exists() and run([PYTHON, "-c", check]):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if importlib.util.find_spec("ensurepip") is None and os.geteuid() == 0 and shutil.which("apt-get"):
        package = f"python3.{sys.version_info.minor}-venv"
        run(["apt-get", "-qq", "update"])
        run(
            ["apt-get", "-qq", "install", "-y", "--no-install-recommends", package],
            DEBIAN_FRONTEND="noninteractive",
        )
    if importlib.util.find_spec("ensurepip") is not None and run([sys.executable, "-m", "venv", VENV]):
        return
    shutil.rmtree(VENV, ignore_errors=True)
    if not run([sys.executable, "-m", "venv", "--without-pip", VENV]):
        sys.exit(
            f"{sys.executable} cannot make a virtual environment. On Debian: apt-get install python3-venv"
        )


def install(lock: Path, into: Path | None = None, *, alone: bool = False) -> None:
    """Install a lock into .venv or a bare folder; `alone` without what its packages say they need.

    By uv, with its own certificates or with the machine's; where only pip is told of an index, by pip.
    """
    print(f"Installing {lock.relative_to(PROJECT)} (minutes at the first time)", flush=True)
    arguments: list[str | Path] = ["--quiet", "--require-hashes", "-r", lock]
    if into:
        arguments += ["--target", into]
    if alone:
        arguments.append("--no-deps")
    uv = find_uv()
    if uv:
        command = [uv, "pip", "install", "--compile-bytecode", "--python", PYTHON, *arguments]
        settings = uv_settings()
        if run(command, **settings) or run(command, **settings, UV_SYSTEM_CERTS="1"):
            return
    if not pip(arguments):
        sys.exit(f"{lock.name} could not be installed: see the lines above.")


def find_uv() -> str | None:
    """The uv of requirements-bootstrap.lock, or else the one of the machine."""
    own = VENV / "bin" / "uv"
    if pip(["--quiet", "--require-hashes", "-r", BOOTSTRAP_LOCK]) and own.exists():
        return str(own)
    return shutil.which("uv")


def pip(arguments: list[str | Path]) -> bool:
    """Run `pip install` for .venv, by its own pip or by that of this Python."""
    own = [PYTHON, "-m", "pip"]
    borrowed = [sys.executable, "-m", "pip", "--python", PYTHON]
    command = own if list(VENV.glob("lib/python3.*/site-packages/pip")) else borrowed
    return run(
        [*command, "install", *arguments], PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_ROOT_USER_ACTION="ignore"
    )


def uv_settings() -> dict[str, str]:
    """No Python of its own, and no cache where there is no home to keep one in."""
    settings = {"UV_PYTHON_DOWNLOADS": "never", "UV_LINK_MODE": os.environ.get("UV_LINK_MODE", "copy")}
    if not os.access(Path.home(), os.W_OK):
        settings["UV_NO_CACHE"] = "1"
    return settings


def link_project() -> None:
    """Let .venv import the checkout and start it by name. A path file needs no build, hence no build backend."""
    (packages,) = VENV.glob("lib/python3.*/site-packages")
    (packages / "keizoku.pth").write_text(f"{PROJECT / 'src'}\n")
    launcher = VENV / "bin" / "keizoku"
    launcher.write_text(LAUNCHER.format(python=shlex.quote(str(PYTHON))))
    launcher.chmod(0o755)


def run(command: list[str | Path], **environment: str) -> bool:
    """Run a command; true when it succeeded."""
    done = subprocess.run(command, env=os.environ | environment, check=False, stdin=subprocess.DEVNULL)
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
