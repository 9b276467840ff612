"""Keys and backups keep nothing of customers (``kernel.keeping``): numbers, days, actors, counts and digests only."""

from typing import Final

_REASON: Final = "鍵と控えの番号・日付・件数・職員番号だけ。鍵の廃棄と復元の証拠として残す"
EXEMPT: Final = {
    f"safekeeping_{name}": _REASON
    for name in ("superseded", "reencryption", "progress", "destruction", "backup", "drill")
}
