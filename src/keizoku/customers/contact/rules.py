"""What evidence says of a contact point, and how it is written. Pure.

Evidence is one line, "<channel>.<what happened> campaign <number>, <day>": codes only, so that it can stand in the clear.
"""

import re
from enum import StrEnum
from typing import Final


class Sign(StrEnum):
    """What was seen of one message."""

    DELIVERED = "delivered"
    ANSWERED = "answered"
    BOUNCED = "bounced"
    REFUSED = "refused"


REACHABLE: Final = "reachable"
UNREACHABLE: Final = "unreachable"
STATES: Final = {
    Sign.DELIVERED: REACHABLE,
    Sign.ANSWERED: REACHABLE,
    Sign.BOUNCED: UNREACHABLE,
    Sign.REFUSED: UNREACHABLE,
}
ADDRESS_CHANGED: Final = "address changed"
_SIGN_WORDS: Final = {
    Sign.DELIVERED: "{}で届いた（キャンペーン {}、{}）",
    Sign.ANSWERED: "{}のリンクから回答があった（キャンペーン {}、{}）",
    Sign.BOUNCED: "{}が戻ってきた（キャンペーン {}、{}）",
    Sign.REFUSED: "{}の宛先を通信事業者が断った（キャンペーン {}、{}）",
}
_CHANNEL_WORDS: Final = {"line": "LINE", "email": "電子メール", "sms": "SMS", "letter": "郵便"}
_WRITTEN: Final = re.compile(r"(\w+)\.(\w+) campaign (\d+), (\d{4}-\d{2}-\d{2})")


def in_words(evidence: str) -> str:
    """「LINEで届いた（キャンペーン 3、2026-11-22）」; what nobody here wrote stays as it is."""
    if evidence == ADDRESS_CHANGED:
        return "連絡先が変わった"
    found = _WRITTEN.fullmatch(evidence)
    if found is None or found[2] not in set(Sign):
        return evidence
    channel = _CHANNEL_WORDS.get(found[1], found[1])
    return _SIGN_WORDS[Sign(found[2])].format(channel, found[3], found[4])
