"""Secrets of this installation, derived from the keyring's root; nothing to configure and nothing in the repository.

The first process of a new state folder makes the keyring. Deriving (instead of storing more files) means that a backup
of ``keys/`` is a backup of every secret.
"""

import fcntl
from pathlib import Path

from keizoku.kernel.crypto import keyring, keyring_file, services
from keizoku.kernel.crypto.errors import KeyringMissing
from keizoku.kernel.state import state_folder


def installation_secret(purpose: str) -> str:
    """The same 64 hex digits for a purpose as long as the keyring lives."""
    return ensure_keyring().derive(f"secret:{purpose}").hex()


def ensure_keyring() -> keyring.Keyring:
    """Load the keyring, making it first if this state folder is new (safe with several processes at once).

    Raises:
        KeyringMissing: the keyring is gone from a folder that holds what it encrypted or signed.
    """
    state = state_folder()
    folder = state / "keys"
    if not (folder / keyring_file.NAME).exists():
        with (state / "keys.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / keyring_file.NAME).exists():
                _refuse_if_lost(state)
                keyring.create(folder, services.service(services.chosen_kind(), folder))
    return keyring.current()


def _refuse_if_lost(state: Path) -> None:
    left = [folder for folder in ("keys", "anchors", "files") if _holds_something(state / folder)]
    if left:
        raise KeyringMissing(
            f"{state} に鍵束(keys/{keyring_file.NAME})がありませんが、{'、'.join(f'{name}/' for name in left)} があります。",
            remedy=(
                "鍵が失われたときは、バックアップから keys/ を戻してください。新しい鍵は作っていません。"
                "本当に新しい環境なら、これらのフォルダーを空にしてください。"
            ),
        )


def _holds_something(folder: Path) -> bool:
    return folder.is_dir() and any(child.name != "lock" for child in folder.iterdir())
