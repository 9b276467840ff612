"""What a simulated customer types: who they are, what they would change, and what they mistype.

Fields are known by name: birth_year, birth_month, birth_day, account_last4, code, and answer_<question>.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from keizoku.sandbox.chance import Chance
from keizoku.sandbox.population.pages import Choice, Field, Form
from keizoku.sandbox.world.assumptions import CHANGES_SOMETHING, MISTYPES_FIRST
from keizoku.sandbox.world.reading import Person

# Values and words that mean "as before" or "does not apply to me", on any questionnaire.
_NOTHING_NEW = {
    "unchanged",
    "no_change",
    "same",
    "none",
    "no",
    "false",
    "0",
    "いいえ",
    "変わりない",
    "変更なし",
}
_NOTHING_NEW_WORDS = (
    "このまま進む",
    "変わりありません",
    "変わっていません",
    "変更はありません",
    "変更なし",
    "該当しません",
    "いいえ",
    "ありません",
)
_CHANGED = {"changed", "change", "yes", "true", "1", "はい", "変更あり"}
_CHANGED_WORDS = ("変わりました", "変更があります", "変更あり", "変更する", "はい")
_CHANGEABLE = ("occupation", "phone", "address")
# Real postal codes with their towns, so that the portal's check against postal data lets a move pass.
_NEW_HOMES = (
    ("150-0002", "東京都渋谷区渋谷2丁目21番1号"),
    ("530-0001", "大阪府大阪市北区梅田3丁目1番1号"),
    ("460-0008", "愛知県名古屋市中区栄3丁目5番12号"),
    ("810-0001", "福岡県福岡市中央区天神1丁目8番1号"),
)


@dataclass(frozen=True, slots=True)
class Persona:
    """One person at one questionnaire; `occasion` tells this answer from the person's others."""

    person: Person
    chance: Chance
    occasion: str
    code: str | None

    @property
    def mistypes(self) -> bool:
        return self.chance.happens(MISTYPES_FIRST, "mistypes", self.person.number, self.occasion)

    @property
    def change(self) -> str | None:
        """Which one thing is new, if anything."""
        if not self.chance.happens(CHANGES_SOMETHING, "changes", self.person.number, self.occasion):
            return None
        return self.chance.pick(_CHANGEABLE, "change", self.person.number, self.occasion)

    def fill(self, form: Form, *, wrongly: bool = False) -> list[tuple[str, str]]:
        """The form's fields as they would be sent. `wrongly`: with a slip in the birth date."""
        sent: list[tuple[str, str]] = []
        for entry in form.fields:
            if entry.kind == "hidden":
                sent.append((entry.name, entry.value))
            elif entry.kind == "submit":
                if not any(name == entry.name for name, _ in sent):
                    sent.extend((entry.name, choice.value) for choice in self._choose(entry)[:1])
            elif entry.kind == "text":
                sent.append((entry.name, self._type(entry, form, wrongly=wrongly)))
            else:
                known = self._known(entry.name, wrongly=wrongly)
                sent.extend((entry.name, choice.value) for choice in self._choose(entry, known))
        return sent

    def _type(self, entry: Field, form: Form, *, wrongly: bool) -> str:
        known = self._known(entry.name, wrongly=wrongly)
        if known is not None:
            return known
        topic = entry.name.removeprefix("answer_")
        if self.change is not None and topic.startswith(self.change):
            return self._new(topic)
        if entry.value or (_has_known_value(form, entry) and not entry.required):
            return entry.value
        return self._own(topic) or (_example(entry.hint) or "その他" if entry.is_wrong else "")

    def _known(self, name: str, *, wrongly: bool) -> str | None:
        """What the person knows about themselves, for the identification and the code."""
        birth, account = self.person.birth_date, self.person.account_number
        day = birth.day if birth else 0
        known = {
            "birth_year": str(birth.year) if birth else "",
            "birth_month": str(birth.month) if birth else "",
            "birth_day": str(day % 28 + 1 if wrongly else day),
            "account_last4": account[-4:] if account else "",
            "code": self.code or "",
        }
        return known.get(name)

    def _choose(self, entry: Field, known: str | None = None) -> Sequence[Choice]:
        choices = [choice for choice in entry.choices if choice.value] or entry.choices
        if known is not None or not choices:
            same = [choice for choice in choices if choice.value.lstrip("0") == (known or "").lstrip("0")]
            return same[:1]
        topic = entry.name.removeprefix("answer_")
        if entry.kind == "checkbox":
            ticked = [choice for choice in choices if choice.chosen]
            is_question = topic != entry.name and len(choices) > 1
            return ticked or (choices[:1] if entry.required or is_question else [])
        if topic == entry.name and entry.kind != "submit":  # no question of ours: as the page offers it
            return [next((choice for choice in entry.choices if choice.chosen), entry.choices[0])]
        if self.change is not None and topic.startswith(self.change):
            return [self._something_new(choices, topic)]
        if entry.kind == "submit":
            return [self._press(choices)]
        return [self._as_before(choices, topic)]

    def _press(self, choices: Sequence[Choice]) -> Choice:
        """The button of somebody for whom something has changed, or nothing has."""
        changed = _meaning(choices, _CHANGED, ("変わったものがあります",)) if self.change else None
        return changed or _meaning(choices, _NOTHING_NEW, _NOTHING_NEW_WORDS) or choices[0]

    def _as_before(self, choices: Sequence[Choice], topic: str) -> Choice:
        chosen = next((choice for choice in choices if choice.chosen), None)
        own = _meaning(choices, {self._own(topic)} - {""}, ())
        nothing_new = _meaning(choices, _NOTHING_NEW, _NOTHING_NEW_WORDS)
        drawn = self.chance.pick(choices, "answer", self.person.number, self.occasion, topic)
        return chosen or own or nothing_new or drawn

    def _something_new(self, choices: Sequence[Choice], topic: str) -> Choice:
        changed = _meaning(choices, _CHANGED, _CHANGED_WORDS)
        if changed is not None:
            return changed
        own = self._own(topic)
        others = [
            choice
            for choice in choices
            if not choice.chosen
            and own not in {choice.value, choice.label}
            and choice.value not in _NOTHING_NEW
        ]
        return self.chance.pick(others or choices, "new", self.person.number, self.occasion, topic)

    def _new(self, topic: str) -> str:
        if topic.startswith("phone"):
            number = int(self.chance.fraction("new phone", self.person.number, self.occasion) * 10**7)
            return f"090-1{number // 10**4:03d}-{number % 10**4:04d}"
        postal_code, address = self.chance.pick(_NEW_HOMES, "home", self.person.number, self.occasion)
        if topic.startswith("address"):
            return postal_code if "postal" in topic else address
        return "その他"

    def _own(self, topic: str) -> str:
        """What the bank has on this topic already, as the person would say it again."""
        own = {
            "occupation": self.person.occupation,
            "purpose": self.person.purpose,
            "phone": self.person.phone or "",
            "address_postal": self.person.postal_code,
            "address": self.person.address,
            "name": self.person.name,
            "email": self.person.mail or "",
        }
        # In a list the topic ends with what is asked about each person: owners_1_name.
        return next(
            (value for key, value in own.items() if topic.startswith(key) or topic.endswith(f"_{key}")), ""
        )


def _example(hint: str) -> str:
    """「例：2026年4月1日」: what a person types who left it empty and was told that it is missing."""
    return hint.partition("例：")[2].strip()


def _has_known_value(form: Form, entry: Field) -> bool:
    """Whether "as before" can be said for this field: then what stands beside it may stay empty."""
    return any(
        other.name.endswith("_known") and entry.name.startswith(other.name.removesuffix("_known"))
        for other in form.fields
    )


def _meaning(choices: Sequence[Choice], values: set[str], words: Sequence[str]) -> Choice | None:
    """The choice that means one of these, by its value or else by its words."""
    by_value = [choice for choice in choices if choice.value in values or choice.label in values]
    by_words = [choice for choice in choices if any(word in choice.label for word in words)]
    return next(iter([*by_value, *by_words]), None)
