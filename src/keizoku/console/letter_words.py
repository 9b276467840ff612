"""What a stop comes to for letters, in plain sentences: before it, and afterwards."""

from keizoku.delivery.letters.calling_off import Stand
from keizoku.kernel.clock import TOKYO
from keizoku.kernel.text.sentences import Composed
from keizoku.ui.formats import number


def before_stop(stand: Stand) -> list[str]:
    """What the stop will do; empty where no letter is concerned."""
    told: list[str] = []
    if stand.left:
        by = stand.cutoff_at.astimezone(TOKYO) if stand.cutoff_at else None
        left = (
            Composed("{0}通（締め切り {1:%Y-%m-%d %H:%M}）", number(stand.left), by)
            if by
            else Composed("{0}通", number(stand.left))
        )
        told.append(Composed("まだ印刷していない手紙 {0}は、印刷会社にすぐに取りやめを申し入れます。", left))
    if stand.printed:
        told.append(
            f"手紙 {number(stand.printed)}通は、もう印刷が始まっているか投函したので、取りやめられません。届きます。"
        )
    return told


def after_stop(stand: Stand) -> list[str]:
    """What became of it."""
    told = []
    if stand.called_off:
        told.append(f"手紙 {number(stand.called_off)}通は、印刷する前に取りやめました。届きません。")
    if stand.left:
        told.append(
            f"手紙 {number(stand.left)}通は、印刷会社に取りやめを申し入れています。返事があるまで、1分ごとにくり返します。"
        )
    if stand.printed:
        told.append(
            f"手紙 {number(stand.printed)}通は、もう印刷が始まっているか投函したので、取りやめられませんでした。"
        )
    return told
