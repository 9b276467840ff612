"""What a circumstance is about. Only the confidential screen may name it."""

from enum import StrEnum


class Matter(StrEnum):
    OVERRIDE = "override"
    REPORT_FILED = "report_filed"
    POLICE_INQUIRY = "police_inquiry"
    FREEZE = "freeze"

    @property
    def label(self) -> str:
        return _LABELS[self]


SUSPICIONS = (Matter.REPORT_FILED, Matter.POLICE_INQUIRY, Matter.FREEZE)
_LABELS = {
    Matter.OVERRIDE: "リスク水準の変更",
    Matter.REPORT_FILED: "疑わしい取引の届出",
    Matter.POLICE_INQUIRY: "捜査機関からの照会",
    Matter.FREEZE: "口座の凍結の要請",
}
