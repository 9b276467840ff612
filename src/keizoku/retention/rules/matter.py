"""Why a hold was placed: what only compliance may read, of every hold alike."""

import json
from dataclasses import dataclass
from enum import StrEnum


class Matter(StrEnum):
    LITIGATION = "litigation"
    INQUIRY = "inquiry"
    POLICE = "police"
    OTHER = "other"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Matter.LITIGATION: "訴訟・紛争",
    Matter.INQUIRY: "監督官庁・税務の照会",
    Matter.POLICE: "捜査機関の照会",
    Matter.OTHER: "その他",
}


@dataclass(frozen=True, slots=True, repr=False)
class Why:
    """Its text is encrypted as a whole, so that the length of the matter tells nothing."""

    matter: Matter
    reason: str

    def as_text(self) -> str:
        return json.dumps({"matter": self.matter.value, "reason": self.reason}, ensure_ascii=False)

    @staticmethod
    def of_text(text: str) -> "Why":
        found = json.loads(text)
        return Why(Matter(found["matter"]), found["reason"])
