"""What this room keeps, and why none of it goes after a period (``kernel.keeping``): it says nothing of any customer."""

from typing import Final

from keizoku.kernel.keeping import Kind

KINDS: Final[tuple[Kind, ...]] = ()
EXEMPT: Final = {
    "kernel_keyringmark": "鍵束の指紋だけ",
    "kernel_encryptedcolumn": "暗号化した列の名前だけ",
    "safekeeping_superseded": "鍵の世代の番号と時刻だけ",
    "safekeeping_reencryption": "件数と時刻だけ",
    "safekeeping_progress": "表の名前と、どこまで進んだかだけ",
    "safekeeping_destruction": "鍵の破棄の証明書で、監督に示すために残す",
    "safekeeping_backup": "バックアップの時刻・大きさ・要約値だけ",
    "safekeeping_drill": "復元訓練の結果と件数だけ",
}
