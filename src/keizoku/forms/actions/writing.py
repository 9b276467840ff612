"""Writing a version: begun from the one in use or from a text, changed in steps, and taken back to any of them.

Every step holds a whole text that reads, so that a preview and a comparison are there at each.
"""

from dataclasses import replace
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.audit import actions as audit
from keizoku.forms import queries
from keizoku.forms.errors import QuestionnaireRefused
from keizoku.forms.models import Edition, EditionStep
from keizoku.forms.rules.definition import Questionnaire
from keizoku.forms.rules.reading import read_questionnaire
from keizoku.forms.rules.states import State
from keizoku.forms.rules.writing import write_questionnaire
from keizoku.kernel.actor import Actor

EDIT: Final = "forms.edit"
# What a step did, as its list says it.
BEGUN, FROM_FILE, UNDONE = "begun", "file", "undone"


def begin(questionnaire: str, actor: Actor) -> int:
    """Draft the next version as a copy of the one in use; returns the edition's id.

    Raises:
        NotPermitted: may not write questionnaires.
        QuestionnaireRefused: none is in use, or another version is in making.
    """
    authorise(actor, EDIT)
    in_use = queries.in_use(questionnaire)
    if in_use is None:
        raise QuestionnaireRefused(
            f"「{questionnaire}」という使用中の質問票はありません。", remedy="一覧から選び直してください。"
        )
    return _begin(in_use.questionnaire, actor, BEGUN)


def draft(text: str, actor: Actor) -> int:
    """Draft a version from a text (TOML), of a new questionnaire or the next of a known one; it gets the next number.

    Raises:
        NotPermitted: may not write questionnaires.
        QuestionnaireInvalid: the text is no questionnaire; it says where.
        QuestionnaireRefused: another version is in making.
    """
    authorise(actor, EDIT)
    return _begin(read_questionnaire(text), actor, FROM_FILE)


@transaction.atomic
def change(edition_id: int, changed: Questionnaire, actor: Actor, *, what: str, seen: int) -> int:
    """Add a step with the changed questionnaire; returns its number. ``what`` is a code, ``seen`` the step it was made from.

    Raises:
        NotPermitted: may not write questionnaires.
        QuestionnaireInvalid: the outcome is no questionnaire; nothing is kept.
        QuestionnaireRefused: not a draft any more, or somebody else has changed it meanwhile.
    """
    authorise(actor, EDIT)
    edition = _lock_draft(edition_id)
    newest = _newest(edition)
    if newest.number != seen:
        raise QuestionnaireRefused(
            "ほかの人が、この下書きを先に変えました。", remedy="開き直して、いまの内容から変えてください。"
        )
    text = write_questionnaire(replace(changed, id=edition.questionnaire, version=edition.version))
    if text == newest.text:
        return newest.number
    return _add_step(edition, text, actor, what)


@transaction.atomic
def undo(edition_id: int, number: int, actor: Actor) -> int:
    """Make the text of an earlier step the newest one again; the steps between stay in the list.

    Raises:
        NotPermitted, QuestionnaireRefused: as for ``change``; or there is no such step.
    """
    authorise(actor, EDIT)
    edition = _lock_draft(edition_id)
    step = EditionStep.objects.filter(edition=edition, number=number).first()
    if step is None:
        raise QuestionnaireRefused("その時点はありません。", remedy="一覧から選び直してください。")
    return _add_step(edition, step.text, actor, UNDONE)


def _begin(questionnaire: Questionnaire, actor: Actor, what: str) -> int:
    try:
        with transaction.atomic():
            numbers = Edition.objects.filter(questionnaire=questionnaire.id).order_by("-version")
            newest = numbers.values_list("version", flat=True).first() or 0
            edition = Edition.objects.create(
                questionnaire=questionnaire.id, version=newest + 1, state_since=timezone.now()
            )
            text = write_questionnaire(replace(questionnaire, version=edition.version))
            _add_step(edition, text, actor, what)
    except IntegrityError:
        raise QuestionnaireRefused(
            "この質問票には、作りかけか承認待ちの版がもうあります。",
            remedy="その版を続けて変えるか、承認または取り下げの後に作ってください。",
        ) from None
    return edition.id


def _add_step(edition: Edition, text: str, actor: Actor, what: str) -> int:
    read = read_questionnaire(text)
    number = edition.steps.count() + 1
    EditionStep.objects.create(
        edition=edition,
        number=number,
        text=text,
        digest=read.digest,
        what=what,
        made_by=str(actor),
    )
    audit.record(
        actor=actor,
        action="forms.questionnaire.drafted" if number == 1 else "forms.questionnaire.changed",
        subject=("questionnaire_edition", edition.id),
        details={
            "questionnaire": edition.questionnaire,
            "version": edition.version,
            "step": number,
            "what": what,
            "digest": read.digest,
        },
    )
    return number


def _lock_draft(edition_id: int) -> Edition:
    edition = Edition.objects.select_for_update().get(id=edition_id)
    if edition.state != State.DRAFT:
        raise QuestionnaireRefused(
            "この版は下書きではありません。", remedy="差し戻してもらうか、次の版を作ってください。"
        )
    return edition


def _newest(edition: Edition) -> EditionStep:
    return edition.steps.order_by("-number")[:1].get()
