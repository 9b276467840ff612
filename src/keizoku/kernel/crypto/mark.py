"""Is this keyring the one that the database's values were written under? Asked before a process serves anybody."""

from django.db import connections

from keizoku.kernel.crypto import key_changes, keyring
from keizoku.kernel.crypto.errors import KeyringOfAnother
from keizoku.kernel.models import KeyringMark
from keizoku.kernel.state import state_folder


def check(database: str = "default") -> None:
    """Refuse another installation's keyring; a database without a mark (new, or of an earlier version) is taken.

    The database's word on the blind indexes' epoch is the last step of their rotation: a keyring that was left behind by a
    kill in between follows it here.
    """
    table = KeyringMark._meta.db_table  # noqa: SLF001 - Django's own door
    if table not in connections[database].introspection.table_names():
        return
    found = KeyringMark.objects.using(database).filter(id=1).first()
    if found is None:
        return
    ring = keyring.current()
    if found.fingerprint != ring.fingerprint:
        raise KeyringOfAnother(
            f"この鍵束（指紋 {ring.fingerprint}）は、このデータベース（指紋 {found.fingerprint}）のものではありません。",
            remedy=(
                f"{state_folder() / 'keys'} を、このデータベースと同じ環境の控えに置き換えるか、"
                "KEIZOKU_STATE と DATABASE_URL の組み合わせを確かめてください。何も書いていません。"
            ),
        )
    if found.index_epoch != ring.index_epoch:
        key_changes.use_index_epoch(state_folder() / "keys", found.index_epoch)
