"""The keys' named refusals: what is wrong, and what a person has to do. Nothing is ever made anew over old data."""

from keizoku.kernel.errors import Refusal


class KeyringRefused(Refusal):
    """The keyring cannot be used as it lies there."""

    code = "keys.keyring_refused"


class KeyringMissing(KeyringRefused):
    """There are data but no keyring: making a new one would only hide the loss."""

    code = "keys.keyring_missing"


class KeyringDamaged(KeyringRefused):
    code = "keys.keyring_damaged"


class KeyringOfAnother(KeyringRefused):
    """The keyring is whole, and belongs to another installation."""

    code = "keys.keyring_of_another"


class KeyEncryptionKeyMissing(KeyringRefused):
    code = "keys.kek_missing"


class KeyEncryptionKeyWrong(KeyringRefused):
    """The key-encryption key (or the key service's key) is not the one that wrapped the keyring."""

    code = "keys.kek_wrong"


class KeyServiceUnreachable(KeyringRefused):
    """Nothing is known of the keys; trying again later is right."""

    code = "keys.service_unreachable"


class KeyServiceRefused(KeyringRefused):
    """The key service answered, and said no."""

    code = "keys.service_refused"


class KeyChangeRefused(Refusal):
    """A key cannot be made, moved or destroyed as asked."""

    code = "keys.change_refused"


class Undecryptable(ValueError):
    """The blob was altered, moved, or written under a key that this keyring lacks."""


class KeyDestroyed(Refusal, Undecryptable):
    """The value's key was destroyed with a certificate; nobody can ever read the value again."""

    code = "keys.key_destroyed"


class KeyServiceDiffers(KeyringRefused):
    """The settings name another key service than the one that wrapped the keyring."""

    code = "keys.service_differs"
