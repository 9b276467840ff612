"""Which methods are allowed, in the order in which they are offered, and why each other is not.

A pure function of the table, of how the institution stands and of the question. Every method of the table has an answer on
every day: it is in the allowed list, or refused with all of its reasons, the first being the weightiest.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from keizoku.identity.methods.rules.codes import (
    FROM_PROVIDERS,
    REGISTRATION_WORDS,
    WHO_WORDS,
    Registration,
    Who,
)
from keizoku.identity.methods.rules.table import Method, Row, Source, Statute, Table
from keizoku.identity.rules.purposes import LegalUse


class Code(StrEnum):
    """Why a method is refused; stable."""

    BEFORE_TABLE = "before_table"
    NOT_IN_STATUTE = "not_in_statute"
    NOT_YET_IN_FORCE = "not_yet_in_force"
    ENDED = "ended"
    NOT_FOR_CUSTOMER = "not_for_customer"
    TOO_YOUNG = "too_young"
    LIMITED = "limited"
    SAME_AS_BEFORE = "same_as_before"
    UNCONFIRMED = "unconfirmed"
    NOT_REGISTERED = "not_registered"
    SWITCHED_OFF = "switched_off"
    NO_PROVIDER = "no_provider"


@dataclass(frozen=True, slots=True)
class Reason:
    code: Code
    words: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """Who is to be verified for what, and on which day.

    Attributes:
        statute: for ``LegalUse.STATUTORY`` alone.
        age: None where it is not known: then nothing is refused for it.
        is_limited: the transaction is one of those for which the rule alone allows a limited method.
        not_again: the method of the first verification, where a heightened transaction (法4条2項) asks for another.
    """

    legal_use: LegalUse
    on: date
    who: Who
    statute: str = ""
    age: int | None = None
    is_limited: bool = False
    not_again: str = ""

    @property
    def scope(self) -> str:
        return self.statute if self.legal_use is LegalUse.STATUTORY else self.legal_use.value


@dataclass(frozen=True, slots=True)
class Standing:
    """How the institution stands today: what two people confirmed, registered, switched and accredited.

    Attributes:
        confirmed: key of a row → digest that was confirmed.
        switches: (scope, method) → whether it is in use; who is not in it is as the table begins.
        provided: methods whose result an accredited provider sends.
    """

    confirmed: Mapping[str, str] = field(default_factory=dict)
    registrations: frozenset[Registration] = frozenset()
    switches: Mapping[tuple[str, str], bool] = field(default_factory=dict)
    provided: frozenset[str] = frozenset()

    def has_confirmed(self, row: Row) -> bool:
        """Whether this very row may be relied on: read by who wrote the table, or confirmed here as it now stands."""
        return row.is_read or self.confirmed.get(row.key) == row.digest

    def is_on(self, scope: str, method: Method) -> bool:
        return self.switches.get((scope, method.id), method.starts_on)


@dataclass(frozen=True, slots=True)
class Allowed:
    """``row`` is the law's interval, None where no statute verifies."""

    method: Method
    row: Row | None


@dataclass(frozen=True, slots=True)
class Refused:
    method: Method
    row: Row | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """``words`` say what the legal use is, above all where it is no verification by law."""

    question: Question
    words: str
    allowed: tuple[Allowed, ...]
    refused: tuple[Refused, ...]

    def refusal_of(self, method: str) -> Refused | None:
        return next((one for one in self.refused if one.method.id == method), None)

    def permission_for(self, method: str) -> Allowed | None:
        return next((one for one in self.allowed if one.method.id == method), None)


def answer(table: Table, standing: Standing, question: Question) -> Answer:
    """Every method of the table, allowed or refused.

    Raises:
        KeyError: a statute or a use that is not in the table.
    """
    is_statutory = question.legal_use is LegalUse.STATUTORY
    words = (
        f"{table.statute(question.statute).name}に基づく本人確認です。"
        if is_statutory
        else table.practice(question.legal_use.value).words
    )
    allowed: list[Allowed] = []
    refused: list[Refused] = []
    for method in sorted(table.methods, key=lambda one: one.preference):
        if is_statutory:
            row, found = _by_statute(table, standing, question, method)
        else:
            row, found = None, tuple(_by_practice(table, standing, question, method))
        if found:
            refused.append(Refused(method, row, found))
        else:
            allowed.append(Allowed(method, row))
    return Answer(question, words, tuple(allowed), tuple(refused))


def _by_statute(
    table: Table, standing: Standing, question: Question, method: Method
) -> tuple[Row | None, tuple[Reason, ...]]:
    statute = table.statute(question.statute)
    row = statute.row_on(method.id, question.on) if question.on >= statute.covers_from else None
    if row is None:
        return None, (_not_in_force(statute, method, question.on),)
    return row, tuple(_against(standing, question, method, row))


def _not_in_force(statute: Statute, method: Method, day: date) -> Reason:
    """Why a statute has no row of a method on a day."""
    if day < statute.covers_from:
        words = f"この表は、{statute.covers_from}より前の{statute.name}を収めていません。"
        return Reason(Code.BEFORE_TABLE, words, statute.article)
    rows = statute.rows_of(method.id)
    before = [row for row in rows if row.until is not None and row.until < day]
    if before:
        last = before[-1]
        words = f"{statute.name}では、{last.until}で終わりました。"
        return Reason(Code.ENDED, words, _cited(last.ended_by or last.source))
    ended = next((one for one in statute.ended if one.method == method.id and one.on <= day), None)
    if ended is not None:
        words = f"{statute.name}では、{ended.on}からなくなりました。"
        return Reason(Code.ENDED, words, _cited(ended.source))
    if rows:
        words = f"{statute.name}では、{rows[0].valid_from}から使えるようになります。"
        return Reason(Code.NOT_YET_IN_FORCE, words, _cited(rows[0].source))
    words = f"{statute.name}には、この方法がありません。"
    return Reason(Code.NOT_IN_STATUTE, words, statute.article)


def _against(standing: Standing, question: Question, method: Method, row: Row) -> Iterator[Reason]:
    """What stands against a method whose row is in force; the law first, then the house."""
    cited = _cited(row.source)
    if question.who not in row.who:
        words = f"{WHO_WORDS[question.who]}には使えません（{'、'.join(WHO_WORDS[one] for one in row.who)}の方法です）。"
        yield Reason(Code.NOT_FOR_CUSTOMER, words, cited)
    if row.is_limited and not question.is_limited:
        yield Reason(Code.LIMITED, "法令が定める限られた取引にだけ使えます。", cited)
    if question.not_again == method.id:
        words = "ハイリスク取引では、はじめの本人確認と同じ方法だけでは足りません。"
        yield Reason(Code.SAME_AS_BEFORE, words, "法4条2項")
    if not standing.has_confirmed(row):
        yield Reason(
            Code.UNCONFIRMED, "この行は、コンプライアンスがまだ一次の条文で確認していません。", cited
        )
    yield from _against_house(standing, question, method, row.requires, is_provided=_needs_provider(row))


def _by_practice(table: Table, standing: Standing, question: Question, method: Method) -> Iterator[Reason]:
    practice = table.practice(question.legal_use.value)
    if method.id not in practice.methods:
        yield Reason(Code.NOT_IN_STATUTE, f"{practice.name}では使わない方法です。", practice.source.title)
        return
    rows = [row for statute in table.statutes for row in statute.rows_of(method.id)]
    # Who verifies signatures of JPKI must be registered for it whatever the use: that is the certificate's own law.
    verifier = Registration.SIGNATURE_VERIFIER
    requires = (verifier,) if any(verifier in row.requires for row in rows) else ()
    is_provided = any(_needs_provider(row) for row in rows)
    yield from _against_house(standing, question, method, requires, is_provided=is_provided)


def _against_house(
    standing: Standing,
    question: Question,
    method: Method,
    requires: tuple[Registration, ...],
    *,
    is_provided: bool,
) -> Iterator[Reason]:
    if method.least_age is not None and question.age is not None and question.age < method.least_age:
        words = f"{method.least_age}歳に満たない方には、必要な電子証明書が発行されません。"
        yield Reason(Code.TOO_YOUNG, words)
    for registration in requires:
        if registration not in standing.registrations:
            words = f"当行に「{REGISTRATION_WORDS[registration]}」の登録がありません。"
            yield Reason(Code.NOT_REGISTERED, words, "公的個人認証法・番号利用法")
    if not standing.is_on(question.scope, method):
        words = "当行では使わないことにしています（2人の承認で使えるようになります）。"
        yield Reason(Code.SWITCHED_OFF, words, "当行の決定")
    if is_provided and method.id not in standing.provided:
        words = "この方法の結果を受け取る事業者が登録されていません。"
        yield Reason(Code.NO_PROVIDER, words, "当行の登録")


def _needs_provider(row: Row) -> bool:
    """Whether some group of its evidence can come from a provider alone."""
    return any(all(one in FROM_PROVIDERS for one in group) for group in row.evidence)


def _cited(source: Source) -> str:
    return f"{source.title}［{source.mark}］"
