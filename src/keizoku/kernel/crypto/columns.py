"""Which columns are encrypted, and what each value is bound to: said by each room, gathered here.

A room lists its tables in ``<room>/encrypted.py`` (``TABLES``). Re-encryption and the count before a key's destruction
walk this list, so a column that is missing here would be lost with its key: a test compares it with all encrypted columns,
and the database's own list (``kernel_encryptedcolumn``, written by each migration run) lets only these be written anew.
"""

from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps


@dataclass(frozen=True, slots=True)
class EncryptedTable:
    """Encrypted columns of one table; SQL stands here as text and names the row ``t``.

    Attributes:
        record: the expression whose text every value of the row is bound to (behind "table.column:").
        subject: the expression for the customer whom the values are about; empty when they are nobody's.
        key: the table's integer primary key.
        is_told: whether a screen may count its values; not where a new row alone would tell (ADR 0012).
    """

    table: str
    columns: tuple[str, ...]
    record: str
    subject: str
    key: str = "id"
    is_told: bool = True


@lru_cache(maxsize=1)
def tables() -> tuple[EncryptedTable, ...]:
    """All rooms' encrypted tables, by name."""
    found: list[EncryptedTable] = []
    for config in apps.get_app_configs():
        if config.name.startswith("keizoku.") and find_spec(f"{config.name}.encrypted"):
            found += import_module(f"{config.name}.encrypted").TABLES
    return tuple(sorted(found, key=lambda table: table.table))
