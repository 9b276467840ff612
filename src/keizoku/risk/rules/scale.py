"""The levels of risk, in rising order, and the kinds of factor that make it up."""

from enum import StrEnum


class Level(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def label(self) -> str:
        return _LABELS[self]

    @property
    def rank(self) -> int:
        return tuple(Level).index(self)


class Category(StrEnum):
    """What the FSA's guideline asks to be weighed: product, transaction, country, attribute, channel."""

    CUSTOMER = "customer"
    PRODUCT = "product"
    CHANNEL = "channel"
    GEOGRAPHY = "geography"
    TRANSACTION = "transaction"


class DueBasis(StrEnum):
    """Why a customer is due on that date."""

    INTERVAL = "interval"
    NEVER_CONFIRMED = "never_confirmed"
    RESIDENCE_EXPIRES = "residence_expires"

    @property
    def label(self) -> str:
        return _BASIS_LABELS[self]


_LABELS = {Level.LOW: "低", Level.MEDIUM: "中", Level.HIGH: "高"}
_BASIS_LABELS = {
    DueBasis.INTERVAL: "前回の確認からの期間",
    DueBasis.NEVER_CONFIRMED: "口座開設からの期間（確認の記録なし）",
    DueBasis.RESIDENCE_EXPIRES: "在留期限が近いため",
}
