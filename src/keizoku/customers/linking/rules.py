"""States of a link and why one ends; what of a talk is understood. Pure."""

import unicodedata
from datetime import timedelta
from enum import StrEnum
from typing import Final


class State(StrEnum):
    OFFERED = "offered"
    LINKED = "linked"
    ENDED = "ended"
    LAPSED = "lapsed"


STATE_WORDS: Final = {
    State.OFFERED: "LINEの確認待ち",
    State.LINKED: "連携中",
    State.ENDED: "解除済み",
    State.LAPSED: "期限切れ",
}
TRANSITIONS: Final[dict[State, frozenset[State]]] = {
    State.OFFERED: frozenset({State.LINKED, State.LAPSED}),
    State.LINKED: frozenset({State.ENDED}),
    State.ENDED: frozenset(),
    State.LAPSED: frozenset(),
}
# LINE's link token lives 10 minutes (LINE Developers, "Linking user accounts"); its event may come late or again, hence the
# margin.
OFFER_LIFE: Final = timedelta(minutes=30)
# A link waits for nobody: it holds until the customer, LINE or we end it, at the latest with the relation.
MAXIMUM_AGES: Final = {State.OFFERED: OFFER_LIFE}


class Ending(StrEnum):
    """Why a link ended."""

    ASKED = "asked"
    BLOCKED = "blocked"
    STAFF = "staff"
    REPLACED = "replaced"
    MERGED = "merged"
    CLOSED = "closed"


ENDING_WORDS: Final = {
    Ending.ASKED: "お客さまがトークで解除した",
    Ending.BLOCKED: "お客さまが公式アカウントをブロックした",
    Ending.STAFF: "担当者が解除した",
    Ending.REPLACED: "別のLINEアカウント、または別のお客さまとの連携に替わった",
    Ending.MERGED: "お客さまの統合で、統合先の連携を残した",
    Ending.CLOSED: "取引が終わった",
}


class Heard(StrEnum):
    """What an account told, as far as it is understood; nothing else of a talk is ever kept."""

    FOLLOWED = "followed"
    LEFT = "left"
    LINK_ASKED = "link_asked"
    UNLINK_ASKED = "unlink_asked"
    LINKED = "linked"


# LINE takes one answer to an event within a minute of it (LINE Developers, Messaging API reference, "Send reply message");
# what waited longer is not answered.
REPLY_LIFE: Final = timedelta(seconds=55)
EVENT_LIFE: Final = timedelta(hours=1)
_WORDS: Final = {
    "連携": Heard.LINK_ASKED,
    "line連携": Heard.LINK_ASKED,
    "連携する": Heard.LINK_ASKED,
    "連携解除": Heard.UNLINK_ASKED,
    "line連携解除": Heard.UNLINK_ASKED,
    "連携を解除": Heard.UNLINK_ASKED,
}


def understood(words: str) -> Heard | None:
    """What a text or a menu's postback asks for; None for everything else, which is not kept."""
    plain = "".join(unicodedata.normalize("NFKC", words).split()).strip("「」『』。").lower()
    return _WORDS.get(plain)
