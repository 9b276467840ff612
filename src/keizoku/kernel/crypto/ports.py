"""What a key service must do for the keyring: wrap data keys under a key-encryption key that we need not see."""

from collections.abc import Mapping
from typing import Protocol

# What a wrapped key is bound to: the installation's fingerprint and the key's name in the keyring. No secret.
Context = Mapping[str, str]


class KeyEncryption(Protocol):
    """One key-encryption key. Calls raise ``KeyringRefused`` and nothing else."""

    kind: str

    def wrap(self, key: bytes, context: Context) -> bytes: ...

    def unwrap(self, wrapped: bytes, context: Context) -> bytes: ...

    def describe(self) -> str:
        """Which key of which service this is, for people; no secret."""
        ...
