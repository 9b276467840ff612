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
    EVENT = "event"

    @property
    def label(self) -> str:
        return _BASIS_LABELS[self]


class LevelBasis(StrEnum):
    """Why this level holds: the scorecard says so, a downgrade waits, or something else that is not told here."""

    SCORECARD = "scorecard"
    COOL_DOWN = "cool_down"
    OTHER = "other"


class EventKind(StrEnum):
    """What brings a confirmation forward; the residence kinds are recorded on the day, the date itself does the rest."""

    RETURNED_MAIL = "returned_mail"
    DORMANCY = "dormancy"
    UNREACHABLE = "unreachable"
    DOCUMENT = "document"
    STAFF = "staff"
    SCORECARD = "scorecard"
    RESIDENCE_90 = "residence_90"
    RESIDENCE_60 = "residence_60"
    RESIDENCE_30 = "residence_30"
    RESIDENCE_0 = "residence_0"

    @property
    def label(self) -> str:
        return _EVENT_LABELS[self]


_LABELS = {Level.LOW: "低", Level.MEDIUM: "中", Level.HIGH: "高"}
_BASIS_LABELS = {
    DueBasis.INTERVAL: "前回の確認からの期間",
    DueBasis.NEVER_CONFIRMED: "口座開設からの期間（確認の記録なし）",
    DueBasis.RESIDENCE_EXPIRES: "在留期限が近いため",
    DueBasis.EVENT: "確認が必要な出来事があったため",
}
_EVENT_LABELS = {
    EventKind.RETURNED_MAIL: "郵便が戻ってきた",
    EventKind.DORMANCY: "取引が長くない",
    EventKind.UNREACHABLE: "連絡先に届かなくなった",
    EventKind.DOCUMENT: "書類の期限が近い",
    EventKind.STAFF: "担当者が確認を必要と判断した",
    EventKind.SCORECARD: "評価表の改定でリスクが上がった",
    EventKind.RESIDENCE_90: "在留期限の90日前",
    EventKind.RESIDENCE_60: "在留期限の60日前",
    EventKind.RESIDENCE_30: "在留期限の30日前",
    EventKind.RESIDENCE_0: "在留期限の当日",
}
# Days from the event to the due date, where the scorecard names no others.
DEFAULT_EVENT_DAYS = {
    EventKind.RETURNED_MAIL: 0,
    EventKind.DORMANCY: 30,
    EventKind.UNREACHABLE: 30,
    EventKind.DOCUMENT: 0,
    EventKind.STAFF: 0,
    EventKind.SCORECARD: 90,
}
DAYS_BEFORE_RESIDENCE_EXPIRES = {
    EventKind.RESIDENCE_90: 90,
    EventKind.RESIDENCE_60: 60,
    EventKind.RESIDENCE_30: 30,
    EventKind.RESIDENCE_0: 0,
}
