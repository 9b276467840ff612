"""Reads of paper: which published questionnaire goes out, forms that came back, and what was read of them under a grant."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet

from keizoku.customers.codes import Kind
from keizoku.forms import queries as forms
from keizoku.forms.models import Draft
from keizoku.forms.queries import Published
from keizoku.forms.rules.definition import Given, Questionnaire
from keizoku.kernel.crypto import field as encrypted
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.reviews.models import Review
from keizoku.reviews.paper.models import PaperForm
from keizoku.reviews.paper.readers import meant_by
from keizoku.reviews.paper.rules import (
    STATE_WORDS,
    TO_BE_KEYED,
    WAITING,
    WHY_WORDS,
    Doubts,
    Entry,
    FormState,
    Why,
    answers_of,
    doubts,
    read_entries,
    settled,
)
from keizoku.reviews.queries import rows, sittings
from keizoku.reviews.queries.sittings import Sitting

KEYING_PAYLOAD = "reviews_paperkeying.payload"
RESOLUTION_PAYLOAD = "reviews_paperresolution.payload"
SHOWN_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class FormRow:
    """One form as lists and pages show it; ``keyed_by`` are ids of staff in the order of their keying."""

    id: int
    review_id: int
    customer_id: int
    code: str
    state: FormState
    state_since: datetime
    why: Why | None
    title: str
    version: int
    newest_version: int
    received_on: date
    registered_at: datetime
    registered_by: int
    keyed_by: tuple[int, ...]
    is_escalated: bool
    scan_type: str

    @property
    def words(self) -> str:
        return STATE_WORDS[self.state]

    @property
    def why_words(self) -> str:
        return WHY_WORDS[self.why][0] if self.why else ""

    @property
    def remedy(self) -> str:
        return WHY_WORDS[self.why][1] if self.why else ""

    @property
    def is_old_version(self) -> bool:
        return self.version != self.newest_version

    def may_be_keyed_by(self, staff_id: int) -> bool:
        return self.state in TO_BE_KEYED and staff_id not in self.keyed_by


@dataclass(frozen=True, slots=True)
class Compared:
    """A form's entries side by side, what of them is settled, and what is in doubt still."""

    published: Published
    sitting: Sitting
    first: dict[str, Entry] = field(repr=False)
    second: dict[str, Entry] = field(repr=False)
    settled: dict[str, Entry] = field(repr=False)
    doubts: Doubts

    @property
    def questionnaire(self) -> Questionnaire:
        return self.sitting.questionnaire

    @property
    def answers(self) -> dict[str, Given]:
        """Of this round, with those that stand from an earlier one."""
        return self.sitting.answers


def forms_for(review_ids: Sequence[int]) -> dict[int, int]:
    """Review → the published version that its paper form prints: that of the draft begun, else what its page would ask.

    Reviews for which there is not even that are left out.
    """
    reviews = Review.objects.filter(id__in=review_ids)
    found = reviews.values_list("id", "customer__fact__kind", "questionnaire")
    asked = {wanted: _asked(*wanted) for wanted in {(kind, chosen) for _, kind, chosen in found}}
    begun = dict(Draft.objects.filter(review_id__in=review_ids).values_list("review_id", "questionnaire_id"))
    now = {review: row_id for review, kind, chosen in found if (row_id := asked[kind, chosen])}
    return now | begun


def form_of_persons() -> int | None:
    """What most customers get, for a preview."""
    return _asked(Kind.INDIVIDUAL, "")


def _asked(kind: str, chosen: str) -> int | None:
    try:
        return forms.asked_of(kind, chosen).row_id
    except ObjectDoesNotExist:
        return None


def waiting_forms(after: int | None = None, limit: int = SHOWN_AT_ONCE) -> list[FormRow]:
    """Forms that wait for somebody, in the order of their registration."""
    found = PaperForm.objects.filter(state__in=WAITING).order_by("id")
    return _rows(found.filter(id__gt=after or 0)[:limit])


def ended_forms(before: int | None = None, limit: int = SHOWN_AT_ONCE) -> list[FormRow]:
    """Forms that became an answer or none, the newest first."""
    found = PaperForm.objects.exclude(state__in=WAITING).order_by("-id")
    return _rows((found.filter(id__lt=before) if before else found)[:limit])


def forms_of(reference: int) -> list[FormRow]:
    """Every form of the review that a form's code means, the newest first."""
    return _rows(PaperForm.objects.filter(review__in=meant_by(reference)).order_by("-id"))


def form(form_id: int) -> FormRow:
    """Raises ``ObjectDoesNotExist``."""
    found = _rows(PaperForm.objects.filter(id=form_id))
    if not found:
        raise ObjectDoesNotExist
    return found[0]


def published_of(form_id: int) -> Published:
    """The version that a form was printed with. Raises ``ObjectDoesNotExist``."""
    return forms.published(PaperForm.objects.values_list("questionnaire_id", flat=True).get(id=form_id))


def compared(form_id: int, grant: ReadGrant) -> Compared:
    """What two people read, what of it counts, and what does not hold together. Both have keyed."""
    row = PaperForm.objects.get(id=form_id)
    review = rows.by_id(row.review_id)
    assert review is not None
    published = forms.published(row.questionnaire_id)
    plain = sittings.sitting(review, grant)
    # What is known of the customer says which questions apply; the questions are those that were printed.
    questionnaire = replace(
        published.questionnaire,
        known=plain.questionnaire.known,
        today=plain.questionnaire.today,
        standing=plain.questionnaire.standing,
    )
    first, second = _keyings(row, review.customer_id, grant)
    entries = settled(questionnaire, first, second, _resolved(row, review.customer_id, grant))
    standing = {name: given for name, given in plain.answers.items() if name in questionnaire.standing}
    answers = {**answers_of(questionnaire, entries), **standing}
    sitting = replace(plain, questionnaire=questionnaire, questionnaire_id=published.row_id, answers=answers)
    unknown = frozenset(each.id for each in questionnaire.questions if not sitting.has_known(each))
    found = doubts(questionnaire, entries, answers, unknown)
    return Compared(published, sitting, first, second, entries, found)


def _keyings(row: PaperForm, subject: int, grant: ReadGrant) -> tuple[dict[str, Entry], dict[str, Entry]]:
    found = {
        keying.place: read_entries(
            encrypted.decrypt(
                bytes(keying.payload),
                where=KEYING_PAYLOAD,
                record=f"{row.id}.{keying.place}",
                subject=subject,
                grant=grant,
            )
        )
        for keying in row.keyings.all()
    }
    return found[1], found[2]


def _resolved(row: PaperForm, subject: int, grant: ReadGrant) -> dict[str, Entry]:
    """The later resolution of a question counts."""
    found: dict[str, Entry] = {}
    for resolution in row.resolutions.order_by("number"):
        found |= read_entries(
            encrypted.decrypt(
                bytes(resolution.payload),
                where=RESOLUTION_PAYLOAD,
                record=f"{row.id}.{resolution.number}",
                subject=subject,
                grant=grant,
            )
        )
    return found


def _rows(found: QuerySet[PaperForm]) -> list[FormRow]:
    listed = found.select_related("review").prefetch_related("keyings")
    newest = {use.questionnaire.id: use.questionnaire.version for use in forms.all_in_use()}
    return [_row(row, newest) for row in listed]


def _row(row: PaperForm, newest: dict[str, int]) -> FormRow:
    questionnaire = forms.published(row.questionnaire_id).questionnaire
    keyings = sorted(row.keyings.all(), key=lambda keying: keying.place)
    return FormRow(
        id=row.id,
        review_id=row.review_id,
        customer_id=row.review.customer_id,
        code=rows.code_of(row.review.reference),
        state=FormState(row.state),
        state_since=row.state_since,
        why=Why(row.why) if row.why else None,
        title=questionnaire.title,
        version=questionnaire.version,
        newest_version=newest.get(questionnaire.id, questionnaire.version),
        received_on=row.received_on,
        registered_at=row.registered_at,
        registered_by=row.registered_by_id,
        keyed_by=tuple(keying.keyed_by_id for keying in keyings),
        is_escalated=row.escalated_at is not None,
        scan_type=row.scan_type,
    )
