"""Do all keys open, are they this database's, and is every value's key there? Changes nothing."""

from collections.abc import Iterator

from keizoku.audit.actions import record
from keizoku.kernel.actor import Actor
from keizoku.kernel.crypto import certificates, keyring, mark
from keizoku.kernel.crypto.errors import KeyringRefused
from keizoku.kernel.state import state_folder
from keizoku.safekeeping.keys import counting
from keizoku.safekeeping.models import Destruction
from keizoku.safekeeping.rules import State


def verify() -> Iterator[str]:
    """Lines for people; raises ``KeyringRefused`` for what is wrong."""
    ring = keyring.load(state_folder() / "keys")
    mark.check()
    yield f"鍵束 {ring.fingerprint} のすべての鍵（{len(ring.epochs)}世代）を開けました。"
    lost: dict[int, int] = {}
    for count in counting.counts():
        if count.epoch not in ring.epochs:
            lost[count.epoch] = lost.get(count.epoch, 0) + count.count
    if lost:
        words = "、".join(f"世代 {epoch} の {values:,}件" for epoch, values in sorted(lost.items()))
        raise KeyringRefused(
            f"鍵束にない鍵で書かれた値があります（{words}）。",
            remedy="その世代を含む keys/ を、バックアップから戻してください。何も上書きしていません。",
        )
    yield "どの値の鍵も、鍵束にあります。"
    for row in Destruction.objects.filter(state=State.DONE).order_by("id"):
        if not certificates.is_signed(row.certificate or {}, row.signature, certificates.public_key(ring)):
            raise KeyringRefused(f"世代 {row.epoch} の破棄の証明書が書き換えられています。")
        yield f"世代 {row.epoch} の破棄の証明書は正しいものです。"
    record(
        actor=Actor.system("cli"), action="safekeeping.keyring.verified", details={"epochs": len(ring.epochs)}
    )
