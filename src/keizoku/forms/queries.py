"""Reads of questionnaires and drafts. A customer's draft is read under a grant only, and by the reviews."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import connection

from keizoku.customers.codes import Kind
from keizoku.forms.models import Draft, Edition, EditionStep, QuestionnaireVersion
from keizoku.forms.rules.comparing import Change, compare
from keizoku.forms.rules.definition import Given, Questionnaire
from keizoku.forms.rules.notation import read_answers
from keizoku.forms.rules.reading import read_questionnaire
from keizoku.forms.rules.states import ASKED_OF, IN_MAKING, STATE_WORDS, State, asked_name, kinds_of
from keizoku.kernel.crypto import field
from keizoku.kernel.crypto.grant import ReadGrant

DRAFT_PAYLOAD = "forms_draft.payload"


@dataclass(frozen=True, slots=True)
class Published:
    """A questionnaire with the id of its published row."""

    row_id: int
    questionnaire: Questionnaire


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A review's draft: the version it was begun with, and the answers so far."""

    published: Published
    answers: dict[str, Given]


@dataclass(frozen=True, slots=True)
class EditionRow:
    """One version as the list shows it; ``makers``, ``requested_by`` and ``approved_by`` are actors ("staff:3")."""

    id: int
    questionnaire: str
    version: int
    title: str
    state: State
    state_since: datetime
    digest: str
    makers: tuple[str, ...]
    requested_by: str
    approved_by: str
    published_id: int | None

    @property
    def state_words(self) -> str:
        return STATE_WORDS[self.state]


@dataclass(frozen=True, slots=True)
class Printable:
    """A version that has been in use, so that a form of it may be out there, and since when it is what it is now."""

    published: Published
    state: State
    state_since: datetime

    @property
    def questionnaire(self) -> str:
        return self.published.questionnaire.id

    @property
    def state_words(self) -> str:
        return STATE_WORDS[self.state]


@dataclass(frozen=True, slots=True)
class StepRow:
    number: int
    what: str
    made_by: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class EditionView:
    """One version with its newest text, read, and the steps that led to it, the newest first."""

    row: EditionRow
    questionnaire: Questionnaire
    text: str
    steps: tuple[StepRow, ...]


def active(questionnaire: str) -> Published:
    """The version that a review beginning now is asked. Raises ``ObjectDoesNotExist`` where none is in use."""
    rows = Edition.objects.filter(questionnaire=questionnaire, state=State.ACTIVE)
    return published(rows.values_list("published_id", flat=True).get())


def in_use(questionnaire: str) -> Published | None:
    """The version in use; None before the first approval and after the last one retired."""
    found = Edition.objects.filter(questionnaire=questionnaire, state=State.ACTIVE).first()
    return published(found.published_id) if found and found.published_id else None


def all_in_use() -> list[Published]:
    """Every questionnaire in use, by its name."""
    rows = Edition.objects.filter(state=State.ACTIVE).order_by("questionnaire")
    return [published(row_id) for row_id in rows.values_list("published_id", flat=True) if row_id]


def printable() -> list[Printable]:
    """All versions that are or were in use: the questionnaires in order, of each the newest first."""
    rows = Edition.objects.filter(published__isnull=False).order_by("questionnaire", "-version")
    return [
        Printable(published(row_id), State(state), since)
        for row_id, state, since in rows.values_list("published_id", "state", "state_since")
        if row_id
    ]


def asked_of(kind: str, chosen: str = "") -> Published:
    """What a review beginning now is asked, on the screen as on paper: what its campaign chose, else its kind's own.

    Whoever was already being asked keeps being asked: a chosen one that has been retired in its last version, and what
    persons are asked where the kind's own is not in use. Raises ``ObjectDoesNotExist`` where there is not even that.
    """
    if not chosen:
        return in_use(asked_name(kind)) or active(asked_name(Kind.INDIVIDUAL))
    rows = Edition.objects.filter(questionnaire=chosen, state__in=[State.ACTIVE, State.RETIRED])
    return published(rows.order_by("-version").values_list("published_id", flat=True)[:1].get())


def choosable() -> list[tuple[str, str]]:
    """(name, title) of the questionnaires that a campaign can choose, which are those in use."""
    return [(found.questionnaire.id, found.questionnaire.title) for found in all_in_use()]


def kinds_asked(chosen: str = "") -> list[str]:
    """The kinds of customers (``customers.codes.Kind``) for whom a questionnaire is in use, or who fit the chosen one."""
    in_use = set(Edition.objects.filter(state=State.ACTIVE).values_list("questionnaire", flat=True))
    if chosen:
        return sorted(kinds_of(chosen)) if chosen in in_use else []
    return [str(kind) for kind, questionnaire in ASKED_OF.items() if questionnaire in in_use]


def published(row_id: int) -> Published:
    """A published version; its text never changes, so each process reads it once from its database."""
    return _published(str(connection.settings_dict["NAME"]), row_id)


@lru_cache(maxsize=64)
def _published(_database: str, row_id: int) -> Published:
    row = QuestionnaireVersion.objects.get(id=row_id)
    return Published(row.id, read_questionnaire(row.text))


def unfinished(
    review_id: int, *, asked: Callable[[], Published], subject: int, grant: ReadGrant
) -> Unfinished:
    """What the customer ``subject`` has answered so far, or an empty draft of what is ``asked`` now.

    A review that was begun with an older version is finished with it.
    """
    draft = Draft.objects.filter(review_id=review_id).first()
    if draft is None:
        return Unfinished(asked(), {})
    begun = published(draft.questionnaire_id)
    text = field.decrypt(
        bytes(draft.payload), where=DRAFT_PAYLOAD, record=str(review_id), subject=subject, grant=grant
    )
    return Unfinished(begun, read_answers(text, begun.questionnaire))


def editions() -> list[EditionRow]:
    """All versions: the questionnaires in order, of each the newest first."""
    return [
        _row(edition, max(edition.steps.all(), key=lambda step: step.number))
        for edition in Edition.objects.prefetch_related("steps").order_by("questionnaire", "-version")
    ]


def is_known(questionnaire: str) -> bool:
    """Whether there ever was a version of this name."""
    return Edition.objects.filter(questionnaire=questionnaire).exists()


def is_in_making(questionnaire: str) -> bool:
    """Whether a version is being written or waits for its approval: then no other one begins."""
    return Edition.objects.filter(questionnaire=questionnaire, state__in=IN_MAKING).exists()


def edition(edition_id: int) -> EditionView:
    """One version with its newest text. Raises ``ObjectDoesNotExist``."""
    found = Edition.objects.get(id=edition_id)
    step = _newest(found)
    steps = tuple(
        StepRow(each.number, each.what, each.made_by, each.made_at)
        for each in found.steps.order_by("-number")
    )
    return EditionView(_row(found, step), read_questionnaire(step.text), step.text, steps)


def find(questionnaire: str, version: int | None = None) -> EditionView | None:
    """A version by its name and number; without a number the one in use, or else the newest."""
    rows = Edition.objects.filter(questionnaire=questionnaire)
    if version is not None:
        found = rows.filter(version=version).first()
    else:
        found = rows.filter(state=State.ACTIVE).first() or rows.order_by("-version").first()
    return edition(found.id) if found else None


def before(view: EditionView) -> EditionView | None:
    """What a version is compared with: the one in use, or of one that was in use the one approved before it."""
    approved = Edition.objects.filter(
        questionnaire=view.row.questionnaire, version__lt=view.row.version, published__isnull=False
    )
    found = approved.order_by("-version").first()
    return edition(found.id) if found else None


def changes_of(view: EditionView) -> tuple[Change, ...]:
    """What a version changes against the approved one before it."""
    earlier = before(view)
    return compare(earlier.questionnaire if earlier else None, view.questionnaire)


def _newest(found: Edition) -> EditionStep:
    return found.steps.order_by("-number")[:1].get()


def _row(found: Edition, step: EditionStep) -> EditionRow:
    makers = [each.made_by for each in sorted(found.steps.all(), key=lambda each: each.number)]
    return EditionRow(
        id=found.id,
        questionnaire=found.questionnaire,
        version=found.version,
        title=read_questionnaire(step.text).title,
        state=State(found.state),
        state_since=found.state_since,
        digest=step.digest,
        makers=tuple(dict.fromkeys(makers)),
        requested_by=found.requested_by,
        approved_by=found.approved_by,
        published_id=found.published_id,
    )
