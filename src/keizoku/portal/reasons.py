"""Why a picture is asked for again: sight's codes as sentences for the customer.

The page says of itself that it asks once more; a code without a sentence (a moment that cannot be, a repeated
picture) adds none.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from keizoku.ui import speaking

WORDS: Final[Mapping[str, str]] = {
    "no_document": "カードが見つかりませんでした。枠の中に、カード全体を入れてください。",
    "two_documents": "カードが2枚うつっています。1枚だけを置いてください。",
    "too_small": "小さくうつっています。もう少し近づけてください。",
    "cut_off": "カードの端が切れています。全体を枠の中に入れてください。",
    "blur": "ぼやけています。動かさずに、もう一度撮ってください。",
    "glare": "光が反射しています。向きを少し変えてください。",
    "dark": "暗いです。明るい所で撮ってください。",
    "covered": "カードの一部がかくれています。指をずらしてください。",
    "black_and_white": "白黒にうつっています。コピーではなく、カードそのものを撮ってください。",
    "screen_suspected": "画面にうつした写真のようです。カードそのものを撮ってください。",
    "unknown_kind": "書類の種類がわかりませんでした。向きをまっすぐにして、もう一度撮ってください。",
    "other_kind": "選んだ書類と違うようです。選んだ書類を撮ってください。",
    "individual_number": "マイナンバー（個人番号）がうつったため、写真はすぐに消しました。番号のない面を撮ってください。",
    "insurance_number": "保険証の番号がうつったため、写真はすぐに消しました。選んだ書類を撮ってください。",
    "no_face": "お顔が見つかりませんでした。枠の中に、お顔を入れてください。",
    "two_faces": "お顔が2つうつっています。お一人だけで撮ってください。",
    "small": "小さくうつっています。もう少し近づけてください。",
    "sunglasses": "目が見えません。サングラスをはずしてください。",
    "mask": "お顔がかくれています。マスクをはずしてください。",
    "turned": "お顔の向きが違うようです。案内の向きで、もう一度撮ってください。",
}


def for_customer(codes: Iterable[str]) -> list[str]:
    """In the page's language, each once."""
    found = dict.fromkeys(WORDS[code] for code in codes if code in WORDS)
    return [speaking.plainly(words) for words in found]
