"""The audit is never destroyed (``kernel.keeping``; ADR 0016): it holds ids, codes and counts, and a gap ends its chain."""

from typing import Final

_REASON: Final = "番号・符号・件数だけで、消すと証跡の鎖が切れる。廃棄したことの証拠でもある"
EXEMPT: Final = {
    "audit_entry": _REASON,
    "audit_bulkread": _REASON,
    "audit_block": _REASON,
    "audit_anchorattempt": _REASON,
    "audit_anchorreceipt": _REASON,
}
