"""What a verification is for, and under which law it is made."""

from enum import StrEnum
from typing import Final


class Purpose(StrEnum):
    ACCOUNT_OPENING = "account_opening"
    ONGOING_CHECK = "ongoing_check"
    PER_EVENT = "per_event"
    PROCEDURE = "procedure"


PURPOSE_WORDS: Final = {
    Purpose.ACCOUNT_OPENING: "口座の開設",
    Purpose.ONGOING_CHECK: "お客さま情報の定期的な確認",
    Purpose.PER_EVENT: "個別の出来事に伴う確認",
    Purpose.PROCEDURE: "お手続き",
}


class LegalUse(StrEnum):
    """What the capture is legally: the statute's own verification names statute and method, the others need neither."""

    STATUTORY = "statutory"
    ONGOING_CHECK = "ongoing_check"
    PROCEDURE = "procedure"


LEGAL_USE_WORDS: Final = {
    LegalUse.STATUTORY: "法令に基づく本人確認",
    LegalUse.ONGOING_CHECK: "継続的な顧客管理",
    LegalUse.PROCEDURE: "手続きの本人確認",
}
