"""Brings a database to this version's schema, as its owner. Called by the command line and the tests.

Django is set up before this is called. The app's role never runs migrations. With the schema goes what the owner alone
may write about keys: whose keyring this is (once, at the beginning) and which columns are encrypted.
"""

from django.core.management import call_command
from django.db import transaction

from keizoku.kernel.crypto import columns, keyring, mark
from keizoku.kernel.database import analyst
from keizoku.kernel.models import EncryptedColumn, KeyringMark

OWNER = "owner"


def migrate(*, verbosity: int = 0) -> None:
    """Run all migrations on the owner's connection; safe to repeat.

    Raises:
        KeyringOfAnother: the database's values were written under another keyring; nothing is changed.
    """
    mark.check(OWNER)
    call_command("migrate", database=OWNER, interactive=False, verbosity=verbosity)
    analyst.grant(OWNER)
    with transaction.atomic(OWNER):
        KeyringMark.objects.using(OWNER).get_or_create(
            id=1, defaults={"fingerprint": keyring.current().fingerprint}
        )
        EncryptedColumn.objects.using(OWNER).all().delete()
        EncryptedColumn.objects.using(OWNER).bulk_create(
            EncryptedColumn(table_name=table.table, column_name=column, key_name=table.key)
            for table in columns.tables()
            for column in table.columns
        )
