"""Why a value read from a document is doubtful, and which way a face looks, in words for staff; an unknown code is shown."""

from typing import Final

DOUBTS: Final = {
    "not_found": "見つからない",
    "not_sure": "確かでない",
    "malformed": "形が正しくない",
    "variant_possible": "学習していない字の可能性がある",
    "check_failed": "チェックデジットが合わない",
    "not_in_postal_list": "郵便番号データにない",
    "corrected": "郵便番号データに合わせて直した",
}
POSES: Final = {
    "front": "正面",
    "left": "左向き",
    "right": "右向き",
    "up": "上向き",
    "down": "下向き",
}
