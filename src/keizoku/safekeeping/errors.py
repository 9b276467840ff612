"""This room's named refusals; those of the keyring itself are ``kernel.crypto.errors``."""

from keizoku.kernel.errors import Refusal


class DestructionRefused(Refusal):
    """A key is still needed, or the person who asked answers it himself."""

    code = "keys.destruction_refused"


class ReencryptionRefused(Refusal):
    code = "keys.reencryption_refused"


class BackupRefused(Refusal):
    """A backup that is not whole, not ours, altered, or of a version that this one does not know."""

    code = "backup.refused"


class RestoreRefused(Refusal):
    """There is something where the restored state would go."""

    code = "restore.refused"


class DrillRefused(Refusal):
    code = "drill.refused"
