"""Secrets of this installation, derived from the keyring's root; nothing to configure and nothing in the repository.

The first process of a new state folder makes the keyring. Deriving (instead of storing more files) means that a backup
of ``keys/`` is a backup of every secret.
"""

import fcntl

from keizoku.kernel.crypto import keyring
from keizoku.kernel.state import state_folder


def installation_secret(purpose: str) -> str:
    """The same 64 hex digits for a purpose as long as the keyring lives."""
    return ensure_keyring().derive(f"secret:{purpose}").hex()


def ensure_keyring() -> keyring.Keyring:
    """Load the keyring, making it first if this state folder has none (safe with several processes at once)."""
    folder = state_folder() / "keys"
    if not (folder / "keyring.json").exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "keyring.json").exists():
                keyring.create(folder)
    return keyring.current()
