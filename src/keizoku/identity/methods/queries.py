"""Reads: which methods are allowed and why others are not, how the institution stands, what was proposed by whom."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from keizoku.identity.methods.errors import MethodNotAllowed, NoSuchMethod
from keizoku.identity.methods.models import MethodProposal
from keizoku.identity.methods.providers import Provider, provider_of
from keizoku.identity.methods.rules import choosing
from keizoku.identity.methods.rules.choosing import Allowed, Answer, Question, Standing
from keizoku.identity.methods.rules.codes import Registration
from keizoku.identity.methods.rules.proposals import KIND_WORDS, STATE_WORDS, Kind, State
from keizoku.identity.methods.rules.table import Row, Statute
from keizoku.identity.methods.tables import table


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """``made_by``, ``decided_by`` and ``ended_by`` are actors ("staff:3"), "" for nobody."""

    id: int
    kind: Kind
    subject: str
    content: Mapping[str, Any]
    digest: str
    state: State
    made_by: str
    made_at: datetime
    decided_by: str
    decided_at: datetime | None
    ended_by: str

    @property
    def kind_words(self) -> str:
        return KIND_WORDS[self.kind]

    @property
    def state_words(self) -> str:
        return STATE_WORDS[self.state]


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row as the institution stands to it: confirmed by whom, waiting, or not, and in use or not."""

    row: Row
    statute: Statute
    name: str
    is_confirmed: bool
    is_on: bool
    confirmation: ProposalRow | None
    waiting: ProposalRow | None


def answer(question: Question) -> Answer:
    """Every method, allowed or refused with its reasons, as the institution stands now.

    Raises:
        NoSuchMethod: a statute that is not in the table.
    """
    try:
        return choosing.answer(table(), standing(), question)
    except KeyError:
        raise NoSuchMethod(
            "その法令は本人確認の方法の表にありません。", remedy="表にある法令を選んでください。"
        ) from None


def permitted(question: Question, method: str) -> Allowed:
    """The permission for one method: its row says the letter of the day.

    Raises:
        NoSuchMethod: no such statute or method.
        MethodNotAllowed: says the weightiest reason, and what to do.
    """
    found = answer(question)
    if (allowed := found.permission_for(method)) is not None:
        return allowed
    if (refused := found.refusal_of(method)) is None:
        raise NoSuchMethod("その方法は表にありません。", remedy="表にある方法を選んでください。")
    reason = refused.reasons[0]
    raise MethodNotAllowed(
        f"「{refused.method.name}」は使えません。{reason.words}",
        remedy="設定の「本人確認の方法」で、使える方法と理由をご確認ください。",
        code=f"identity.method_{reason.code}",
    )


def standing() -> Standing:
    """What two people have put in force."""
    held = in_force()
    return Standing(
        confirmed={one.subject: one.content["row_digest"] for one in held if one.kind is Kind.CONFIRM},
        registrations=frozenset(
            Registration(one.subject)
            for one in held
            if one.kind is Kind.REGISTRATION and one.content["is_held"]
        ),
        switches={_pair(one.subject): one.content["is_on"] for one in held if one.kind is Kind.SWITCH},
        provided=frozenset(method for provider in _providers(held) for method in provider.methods),
    )


def rows_of(statute_id: str) -> list[TableRow]:
    """All rows of a statute, the preferred method first, of each the intervals in order.

    Raises:
        NoSuchMethod: no such statute.
    """
    known, stands = table(), standing()
    try:
        statute = known.statute(statute_id)
    except KeyError:
        raise NoSuchMethod("その法令は表にありません。", remedy="表にある法令を選んでください。") from None
    held = {one.subject: one for one in in_force() if one.kind is Kind.CONFIRM}
    waits = {one.subject: one for one in waiting() if one.kind is Kind.CONFIRM}
    return [
        TableRow(
            row,
            statute,
            method.name,
            stands.has_confirmed(row),
            stands.is_on(statute_id, method),
            held.get(row.key),
            waits.get(row.key),
        )
        for method in sorted(known.methods, key=lambda one: one.preference)
        for row in statute.rows_of(method.id)
    ]


def table_row(key: str) -> TableRow:
    """One row by its key.

    Raises:
        NoSuchMethod: it is not in the table.
    """
    found = next((one for one in rows_of(key.partition("/")[0]) if one.row.key == key), None)
    if found is None:
        raise NoSuchMethod("その行は表にありません。", remedy="表を開き直してください。")
    return found


def provider(issuer: str) -> Provider | None:
    """The provider in force who signs as ``issuer``."""
    return next((one for one in _providers(in_force()) if one.issuer == issuer), None)


def in_force() -> list[ProposalRow]:
    return _rows(state=State.IN_FORCE)


def waiting() -> list[ProposalRow]:
    return _rows(state=State.PROPOSED)


def proposal(proposal_id: int) -> ProposalRow:
    """One proposal; ``ObjectDoesNotExist`` where there is none."""
    return _row(MethodProposal.objects.get(id=proposal_id))


def history(subject: str) -> list[ProposalRow]:
    """All that was ever proposed of a subject, the newest first."""
    return _rows(subject=subject)


def _rows(**which: object) -> list[ProposalRow]:
    return [_row(row) for row in MethodProposal.objects.filter(**which).order_by("-id")]


def _row(row: MethodProposal) -> ProposalRow:
    return ProposalRow(
        row.id,
        Kind(row.kind),
        row.subject,
        row.content,
        row.digest,
        State(row.state),
        row.made_by,
        row.made_at,
        row.decided_by,
        row.decided_at,
        row.ended_by,
    )


def _providers(held: list[ProposalRow]) -> list[Provider]:
    return [provider_of(one.content) for one in held if one.kind is Kind.PROVIDER]


def _pair(subject: str) -> tuple[str, str]:
    scope, _, method = subject.partition("/")
    return scope, method
