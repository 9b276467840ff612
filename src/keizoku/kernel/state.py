"""Where this installation keeps what it writes.

I own the choice of the state folder. `KEIZOKU_STATE` names it; otherwise root uses `/var/lib/keizoku/<hash
of the project's path>` (a clone in root's home cannot be reached by the user that runs PostgreSQL) and
everybody else `<project>/.keizoku`. The same project always gets the same folder. Anybody may call me; I
import nothing of Keizoku.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

SYSTEM_STATE = Path("/var/lib/keizoku")


def project_folder() -> Path:
    """The checkout this code runs from; a `RuntimeError` where the code was installed without one."""
    project = Path(__file__).resolve().parents[3]
    if not (project / "pyproject.toml").is_file():
        raise RuntimeError("KEIZOKU_STATE is not set, and there is no checkout to keep state in: set it.")
    return project


def state_folder() -> Path:
    """The absolute path of the state folder, which exists when this returns."""
    chosen = os.environ.get("KEIZOKU_STATE")
    if chosen:
        state = Path(chosen).expanduser().absolute()
    elif os.geteuid() == 0:
        state = system_folder() / short_hash(project_folder())
    else:
        state = project_folder() / ".keizoku"
    make_private_folder(state)
    return state


def system_folder() -> Path:
    """Root's folder for all its installations; whatever the umask, others may pass through it."""
    if not SYSTEM_STATE.is_dir():
        SYSTEM_STATE.mkdir(parents=True, exist_ok=True)
        SYSTEM_STATE.chmod(0o755)
    return SYSTEM_STATE


def make_private_folder(folder: Path) -> None:
    """Create `folder`, unreadable for others; root's may be passed through, as PostgreSQL's user must."""
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)


def short_hash(path: Path) -> str:
    """Twelve hexadecimal digits that stand for a path where the path itself is too long."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]
