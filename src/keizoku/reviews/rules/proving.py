"""How well somebody has shown who he is, and what follows from it for his contact points. Pure.

A birth date and part of a registered number are known to more people than one: after them alone, known values are masked,
and a new address, phone number or mail address takes effect only by a person's decision. A one-time code proves more when it
went to a contact point that neither the message came by nor is being changed: whoever took over the one has not thereby the
other (NIST SP 800-63B-4 §3.1.3, out-of-band devices).
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from keizoku.reviews.rules.masking import masked_email, masked_phone


class Strength(StrEnum):
    WEAK = "weak"
    STRONG = "strong"


STRENGTH_WORDS: Final = {
    Strength.WEAK: "生年月日と登録番号の一部",
    Strength.STRONG: "加えて、別の連絡先への確認番号",
}
PROOF_WORDS: Final = {
    Strength.WEAK: STRENGTH_WORDS[Strength.WEAK],
    Strength.STRONG: f"{STRENGTH_WORDS[Strength.WEAK]}、{STRENGTH_WORDS[Strength.STRONG]}",
}
# The fields whose change moves where the customer is reached.
CONTACT_FIELDS: Final = frozenset({"address", "postal_code", "phone", "email"})
# Channel of a code → the field of the record that it reaches; a linked LINE account is a contact point of its own.
FIELDS_OF: Final = {"sms": "phone", "email": "email", "line": "line"}
# Channel of a message → channels of a code that stand in the same hands: the phone with its number, or the mailbox.
SAME_HANDS: Final = {
    "sms": frozenset({"sms", "line"}),
    "line": frozenset({"sms", "line"}),
    "email": frozenset({"email"}),
    "letter": frozenset[str](),
}
# Messages that carry a link; whoever came by one holds one of these.
CARRY_A_LINK: Final = frozenset({"line", "letter"})
# How long a typed code counts, and how soon another one may be asked for: our own choice (ADR 0039), an hour being what
# somebody of 75 takes for a questionnaire with a telephone call in between.
HOLDS_FOR: Final = timedelta(hours=1)
RESEND_AFTER: Final = timedelta(minutes=1)
# A contact point that was changed a moment ago proves nothing about who changes the next one. A month, our own choice: by
# then the notice to the old one, by letter at the latest, has been read.
SETTLED_AFTER: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a customer's contact points; ``unusable`` are fields whose address failed or is too new."""

    phone: str | None = field(repr=False)
    is_mobile: bool
    email: str | None = field(repr=False)
    has_line: bool
    unusable: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """A channel by which a code may be sent, and its address as the customer may see it."""

    channel: str
    masked: str


def ways(known: Known, *, reached_by: Collection[str], changing: Collection[str]) -> tuple[Way, ...]:
    """By which channels a code would prove more; the first is the one to offer.

    Args:
        known: the contact points before the change.
        reached_by: the channels of the messages that may have led here.
        changing: the fields that the answer changes.
    """
    held = frozenset().union(*(SAME_HANDS.get(channel, frozenset()) for channel in reached_by))
    found = []
    if known.phone and known.is_mobile:
        found.append(Way("sms", masked_phone(known.phone)))
    if known.email:
        found.append(Way("email", masked_email(known.email)))
    if known.has_line:
        found.append(Way("line", ""))
    return tuple(
        way
        for way in found
        if way.channel not in held
        and FIELDS_OF[way.channel] not in changing
        and FIELDS_OF[way.channel] not in known.unusable
    )


def channels_that_led_here(sent: Collection[str], *, by_link: bool) -> frozenset[str]:
    """Of the channels that the customer was written to by: those that this visitor may have read."""
    return frozenset(sent) & CARRY_A_LINK if by_link else frozenset(sent)


def strength(proved_by: tuple[str, datetime] | None, *, changing: Collection[str], now: datetime) -> Strength:
    """What a typed code (channel, when) is worth for an answer that changes these fields."""
    if proved_by is None:
        return Strength.WEAK
    channel, at = proved_by
    if FIELDS_OF[channel] in changing or now - at > HOLDS_FOR:
        return Strength.WEAK
    return Strength.STRONG


def needs_person(name: str, *, is_change: bool, proof: Strength) -> bool:
    """Whether only a person's decision may let this take effect, never a policy."""
    return is_change and name in CONTACT_FIELDS and proof is Strength.WEAK
