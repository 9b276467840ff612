"""Why a kept face template goes."""

from enum import StrEnum
from typing import Final


class Deletion(StrEnum):
    DUE = "due"
    ASKED = "asked"
    NOT_PASSED = "not_passed"
    REPLACED = "replaced"


DELETION_WORDS: Final = {
    Deletion.DUE: "保存の期限が来た",
    Deletion.ASKED: "本人の申し出",
    Deletion.NOT_PASSED: "本人確認が成立しなかった",
    Deletion.REPLACED: "撮り直した顔に置き換えた",
}
