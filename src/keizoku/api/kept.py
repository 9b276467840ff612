"""What this room keeps (``kernel.keeping``)."""

from typing import Final

from keizoku.kernel.keeping import Kind

KINDS: Final[tuple[Kind, ...]] = ()
EXEMPT: Final = {
    "api_call": "番号・符号・件数だけの控え。24時間を過ぎたものは毎時消す",
}
