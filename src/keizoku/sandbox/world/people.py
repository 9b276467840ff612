"""The world: people found by customer number, LINE user, phone hash or mail address, and their standing habits.

A LINE account belongs to a phone number and a mailbox to an address, so two customers may share one. Habits are
drawn from the seed; what a visitor decides on the phone page (consent) is kept over them until the end.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from hashlib import sha256

from keizoku.sandbox.chance import Chance
from keizoku.sandbox.world.assumptions import (
    AFTERWARDS_SHARES,
    FRIENDS,
    HANDSET_SHARES,
    MAILBOX_SHARES,
    PROMPT_ACCEPTED,
    RECEPTION_SHARES,
    Afterwards,
    Handset,
    Mailbox,
    Reception,
)
from keizoku.sandbox.world.reading import Person

PROMPT_LIFE = timedelta(hours=24)  # LINE: a message behind a prompt is deleted after 24 hours


def phone_hash(phone: str) -> str:
    """LINE's key for a number: lower-case hex SHA-256 of E.164 with its plus sign, no salt."""
    return sha256(phone.encode()).hexdigest()


class World:
    def __init__(self, people: Iterable[Person], chance: Chance) -> None:
        self.chance = chance
        self.people: dict[str, Person] = {}
        self._by_phone: dict[str, list[Person]] = defaultdict(list)
        self._by_mail: dict[str, list[Person]] = defaultdict(list)
        self._phone_of_hash: dict[str, str] = {}
        self._phone_of_user: dict[str, str] = {}
        self._consents: dict[str, Reception] = {}
        self._friends: dict[str, bool] = {}
        for person in people:
            self._settle(person)

    def phone_of_hash(self, digest: str) -> str | None:
        return self._phone_of_hash.get(digest)

    def phone_of_user(self, user_id: str) -> str | None:
        return self._phone_of_user.get(user_id)

    def user_id(self, phone: str) -> str | None:
        """The LINE user behind a mobile number, if there is one."""
        if self.reception(phone) is Reception.NONE:
            return None
        return "U" + sha256(f"{self.chance.seed}|line user|{phone}".encode()).hexdigest()[:32]

    def owners(self, holder: str) -> list[Person]:
        """Who reads what arrives at this phone number or mail address."""
        return self._by_mail.get(holder) or self._by_phone.get(holder) or []

    def reception(self, phone: str) -> Reception:
        if phone in self._consents:
            return self._consents[phone]
        if phone not in self._by_phone or not self._by_phone[phone][0].has_mobile:
            return Reception.NONE
        return self.chance.pick_by_share(RECEPTION_SHARES, "reception", phone)

    def decide_consent(self, phone: str, reception: Reception) -> None:
        """On or off; LINE never goes back to unset."""
        self._consents[phone] = reception

    def answers_prompt_after(self, phone: str) -> timedelta | None:
        """How long this person leaves LINE's prompt lying; None: longer than it lives."""
        if not self.chance.happens(PROMPT_ACCEPTED, "prompt", phone):
            return None
        return self.chance.between(0.05, 0.95, "prompt after", phone) * PROMPT_LIFE

    def befriend(self, phone: str) -> None:
        """The person adds the account as a friend, and takes back a block."""
        self._friends[phone] = True
        if self.reception(phone) is Reception.BLOCKED:
            self._consents[phone] = Reception.ON

    def block(self, phone: str) -> None:
        self._friends[phone] = False
        self._consents[phone] = Reception.BLOCKED

    def is_friend(self, phone: str) -> bool:
        if phone in self._friends:
            return self._friends[phone]
        return self.chance.happens(FRIENDS, "friend", phone) and self.reception(phone) is not Reception.NONE

    def mailbox(self, address: str) -> Mailbox:
        if address not in self._by_mail:
            return Mailbox.UNKNOWN
        return self.chance.pick_by_share(MAILBOX_SHARES, "mailbox", address)

    def afterwards(self, address: str) -> Afterwards:
        """What becomes of a mail that this mailbox has accepted."""
        return self.chance.pick_by_share(AFTERWARDS_SHARES, "afterwards", address)

    def handset(self, phone: str) -> Handset:
        """The phone behind a mobile number, for SMS."""
        if phone not in self._by_phone or not self._by_phone[phone][0].has_mobile:
            return Handset.UNUSED
        return self.chance.pick_by_share(HANDSET_SHARES, "handset", phone)

    def _settle(self, person: Person) -> None:
        self.people[person.number] = person
        if person.mail is not None:
            self._by_mail[person.mail].append(person)
        if person.phone is None:
            return
        self._by_phone[person.phone].append(person)
        user_id = self.user_id(person.phone)
        if user_id is not None:
            self._phone_of_hash[phone_hash(person.phone)] = person.phone
            self._phone_of_user[user_id] = person.phone
