"""Reads for the signals of one case, under the case's own grant."""

from collections.abc import Iterator, Mapping
from datetime import date

from keizoku.customers import facts as facts_of
from keizoku.customers import queries as customers
from keizoku.customers.attributes import queries as attributes
from keizoku.customers.codes import OCCUPATION_LABELS, PURPOSE_LABELS, Occupation, Purpose
from keizoku.customers.derived import derived_facts, read_facts
from keizoku.customers.duplicates import queries as duplicates
from keizoku.customers.errors import ChangeRefused
from keizoku.customers.fields import ENCRYPTED_FIELDS
from keizoku.customers.imports import conflicts
from keizoku.kernel.clock import TOKYO, business_today
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.kernel.text import postal, prefectures
from keizoku.reviews.queries.cases import Case
from keizoku.reviews.rules.states import State
from keizoku.reviews.signals import rules
from keizoku.reviews.signals.rules import Around, Filed, Signal, Since, Told
from keizoku.risk.errors import NoActiveScorecard
from keizoku.risk.events import events_of
from keizoku.risk.foresight import foresee
from keizoku.risk.rules.foresight import Foreseen
from keizoku.risk.rules.scale import EventKind

UNREACHABLE = "unreachable"
_LABELS = {
    "occupation": {code.value: OCCUPATION_LABELS[code] for code in Occupation},
    "purpose": {code.value: PURPOSE_LABELS[code] for code in Purpose},
    "foreign_remittance": {"True": "あり", "False": "なし", "yes": "あり", "no": "なし"},
}
_FLAGS = {"yes": "True", "no": "False"}


def of_case(case: Case, grant: ReadGrant) -> list[Signal]:
    """The signals of a case that was read under the same grant; none where nobody decides any more."""
    if not case.fields or case.review.state is not State.ANSWERED:
        return []
    return list(rules.signals(around(case, grant, business_today())))


def around(case: Case, grant: ReadGrant, today: date) -> Around:
    """What the signals, and the conditions of an automatic approval, are made of."""
    customer_id = case.review.customer_id
    known = facts_of.facts(customer_id)
    changes = {
        name: value for name, (value, is_change) in case.proposed.items() if is_change and value is not None
    }
    after = _facts_after(changes, today)
    residence = after.get("residence_expires_on", known.residence_expires_on)
    return Around(
        today=today,
        last_confirmed_on=known.confirmed_on,
        told=tuple(_told(case)),
        since=tuple(_since(customer_id, known.confirmed_on)),
        filed=tuple(_filed(customer_id, case.proposed, grant)),
        unreachable=tuple(
            (channel, since.astimezone(TOKYO).date())
            for channel, state, since in facts_of.contact_states(customer_id)
            if state == UNREACHABLE and channel in ENCRYPTED_FIELDS
        ),
        returned_on=_returned_on(customer_id, known.confirmed_on),
        places=_places(changes),
        residence_expires_on=residence if isinstance(residence, date) else None,
        likely_duplicates=sum(pair.merged_id is None for pair in duplicates.of_customer(customer_id)),
        foreseen=_foreseen(customer_id, after, today),
    )


def _told(case: Case) -> Iterator[Told]:
    sources = customers.sources_of(case.review.customer_id)
    for one in case.fields:
        if not one.is_change and not one.is_confirmed:
            continue
        source = sources.get(one.field)
        yield Told(
            name=one.field,
            label=one.label,
            old=one.old,
            new=one.new,
            is_change=one.is_change,
            source=source.source if source else "",
            source_words=customers.SOURCE_LABELS[source.source] if source else "",
            as_of=source.as_of if source else None,
        )


def _since(customer_id: int, last_confirmed_on: date | None) -> Iterator[Since]:
    """What others changed in the record after the customer last confirmed it."""
    for version in customers.versions(customer_id):
        if last_confirmed_on is None or version.as_of <= last_confirmed_on:
            continue
        for name in version.changed:
            label = customers.FIELD_LABELS[name]
            yield Since(label, customers.SOURCE_LABELS[version.source], version.as_of)


def _filed(
    customer_id: int, proposed: Mapping[str, tuple[str | None, bool]], grant: ReadGrant
) -> Iterator[Filed]:
    for one in conflicts.waiting_of(customer_id, grant):
        value, is_change = proposed.get(one.field, (None, False))
        is_asked = one.field in proposed
        agrees = _same(value, one.value) if is_change else False
        yield Filed(
            name=one.field,
            label=_label(one.field),
            words=_words(one.field, one.value),
            day=one.file_day,
            agrees_with_answer=agrees if is_asked else None,
        )


def _same(answer: str | None, filed: str | None) -> bool:
    return answer == filed or (answer is not None and _FLAGS.get(answer) == filed)


def _label(name: str) -> str:
    held = {definition.name: definition.label for definition in attributes.readable()}
    return customers.FIELD_LABELS.get(name) or held.get(name, name)


def _words(name: str, value: str | None) -> str:
    return _LABELS.get(name, {}).get(value or "", value or "（なし）")


def _returned_on(customer_id: int, last_confirmed_on: date | None) -> date | None:
    """Mail that came back after the last confirmation; what lies before it was settled by it."""
    days = [one.occurred_on for one in events_of(customer_id) if one.kind is EventKind.RETURNED_MAIL]
    return max((day for day in days if last_confirmed_on is None or day > last_confirmed_on), default=None)


def _places(changes: dict[str, str]) -> tuple[str, str] | None:
    """The prefectures by postal code and by address, where an answer says both and they differ."""
    place = postal.lookup(changes.get("postal_code", ""))
    code = prefectures.of_address(changes.get("address", ""))
    if place is None or code is None or code in place.prefecture_codes:
        return None
    return place.prefecture, prefectures.name(code) or ""


def _facts_after(changes: dict[str, str], today: date) -> dict[str, object]:
    """The facts as an approval would leave them; a value that an approval would refuse leaves them as they are."""
    try:
        read: dict[str, object] = {**read_facts(changes), **derived_facts(changes)}
    except ChangeRefused:
        read = {}
    held = attributes.typed({name: text for name, text in changes.items() if name not in read})
    return {**read, **held, "confirmed_on": today}


def _foreseen(customer_id: int, after: dict[str, object], today: date) -> Foreseen | None:
    try:
        return foresee(customer_id, after, today)
    except NoActiveScorecard:
        return None
