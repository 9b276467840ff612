"""Deciding on a version: asked for, approved by somebody who wrote nothing of it, sent back, withdrawn, retired.

Each is one transaction with a conditional update; triggers refuse what these would not do.
"""

from dataclasses import replace
from typing import Final

from django.db import transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.audit import actions as audit
from keizoku.customers.attributes import queries as attributes
from keizoku.forms.actions.writing import EDIT
from keizoku.forms.errors import OwnQuestionnaire, QuestionnaireRefused
from keizoku.forms.models import Edition, EditionStep, QuestionnaireVersion
from keizoku.forms.rules.attributes import refuse_misfits
from keizoku.forms.rules.definition import Questionnaire
from keizoku.forms.rules.reading import read_questionnaire
from keizoku.forms.rules.states import ASKED_OF, MAXIMUM_AGES, STATE_WORDS, State
from keizoku.kernel.actor import Actor

APPROVE: Final = "forms.approve"
INSTALLED: Final = "installed"


@transaction.atomic
def request(edition_id: int, actor: Actor) -> None:
    """Ask for the approval of the draft as it stands; nobody writes to it from here on.

    Raises:
        NotPermitted: may not write questionnaires.
        QuestionnaireInvalid: a question does not fit the attribute that it fills.
        QuestionnaireRefused: not a draft, or the same as the version in use.
    """
    authorise(actor, EDIT)
    edition, step = _locked(edition_id)
    read = read_questionnaire(step.text)
    refuse_misfits(read, {definition.name: definition for definition in attributes.usable()})
    _refuse_unchanged(edition, read)
    _move(edition, State.DRAFT, State.REQUESTED, digest=step.digest, requested_by=str(actor))
    _record(actor, "forms.questionnaire.requested", edition, step.digest)


@transaction.atomic
def approve(edition_id: int, actor: Actor, *, digest: str) -> int:
    """Put the version with this very digest in use; the one before it retires. Returns the published row's id.

    Raises:
        NotPermitted: may not approve.
        OwnQuestionnaire: wrote a step of it, or asked for the approval.
        QuestionnaireInvalid: an attribute has ended meanwhile.
        QuestionnaireRefused: not waiting for approval, or not the text that was read.
    """
    authorise(actor, APPROVE)
    edition, step = _locked(edition_id)
    if str(actor) in {edition.requested_by, *_editors(edition)}:
        raise OwnQuestionnaire
    if edition.state != State.REQUESTED or edition.digest != digest:
        raise QuestionnaireRefused(
            "この版は、いまは承認待ちではありません。", remedy="一覧を開き直して、内容をご確認ください。"
        )
    read = read_questionnaire(step.text)
    refuse_misfits(read, {definition.name: definition for definition in attributes.usable()})
    return _put_in_use(edition, step, actor)


@transaction.atomic
def send_back(edition_id: int, actor: Actor) -> None:
    """Make a requested version a draft again: by an approver, or by those who wrote it.

    Raises:
        NotPermitted: neither.
        QuestionnaireRefused: not waiting for approval.
    """
    edition, step = _locked(edition_id)
    authorise(actor, EDIT if str(actor) in {edition.requested_by, *_editors(edition)} else APPROVE)
    _move(edition, State.REQUESTED, State.DRAFT, requested_by="")
    _record(actor, "forms.questionnaire.sent_back", edition, step.digest)


@transaction.atomic
def withdraw(edition_id: int, actor: Actor) -> None:
    """Give a draft up; its steps stay readable."""
    authorise(actor, EDIT)
    edition, step = _locked(edition_id)
    _move(edition, State.DRAFT, State.WITHDRAWN, ended_by=str(actor))
    _record(actor, "forms.questionnaire.withdrawn", edition, step.digest)


@transaction.atomic
def retire(edition_id: int, actor: Actor) -> None:
    """End a version in use without a next one. Those that reviews ask of a kind of customer are replaced, never ended.

    Raises:
        NotPermitted: may not approve.
        QuestionnaireRefused: reviews need it, or it is not in use.
    """
    authorise(actor, APPROVE)
    edition, step = _locked(edition_id)
    if edition.questionnaire in ASKED_OF.values():
        raise QuestionnaireRefused(
            "お客さまの確認で使う質問票なので、終わらせることはできません。",
            remedy="次の版を承認すると、この版は使用を終えます。",
        )
    _move(edition, State.ACTIVE, State.RETIRED, ended_by=str(actor))
    _record(actor, "forms.questionnaire.retired", edition, step.digest)


@transaction.atomic
def install(text: str, maker: Actor, approver: Actor) -> int:
    """Put a questionnaire of the installation in use as it is written; the same again is the same row.

    For setting up only: the two are parts of the system. Returns the published row's id.
    """
    assert maker.kind == approver.kind == "system"
    read = read_questionnaire(text)
    same = QuestionnaireVersion.objects.filter(
        questionnaire=read.id, version=read.version, digest=read.digest
    ).first()
    if same is not None:
        return same.id
    edition = Edition.objects.create(questionnaire=read.id, version=read.version, state_since=timezone.now())
    step = EditionStep.objects.create(
        edition=edition, number=1, text=text, digest=read.digest, what=INSTALLED, made_by=str(maker)
    )
    request(edition.id, maker)
    edition.refresh_from_db()
    return _put_in_use(edition, step, approver)


def sweep() -> int:
    """Send requests back that nobody approved in time; how many."""
    actor = Actor.system("forms")
    oldest = timezone.now() - MAXIMUM_AGES[State.REQUESTED]
    late = list(
        Edition.objects.filter(state=State.REQUESTED, state_since__lt=oldest).values_list("id", flat=True)
    )
    for edition_id in late:  # one of each questionnaire at most, and each leaves its own entry
        send_back(edition_id, actor)
    return len(late)


def _put_in_use(edition: Edition, step: EditionStep, actor: Actor) -> int:
    for before in Edition.objects.filter(
        questionnaire=edition.questionnaire, state=State.ACTIVE
    ):  # one at most
        _move(before, State.ACTIVE, State.RETIRED, ended_by=str(actor))
    row = QuestionnaireVersion.objects.create(
        questionnaire=edition.questionnaire, version=edition.version, text=step.text, digest=step.digest
    )
    _move(edition, State.REQUESTED, State.ACTIVE, approved_by=str(actor), published=row)
    _record(actor, "forms.questionnaire.approved", edition, step.digest)
    return row.id


def _move(edition: Edition, before: State, after: State, **changes: object) -> None:
    moved = Edition.objects.filter(id=edition.id, state=before).update(
        state=after, state_since=timezone.now(), **changes
    )
    if not moved:
        raise QuestionnaireRefused(
            f"この版は、いまは「{STATE_WORDS[before]}」ではありません。", remedy="一覧を開き直してください。"
        )


def _locked(edition_id: int) -> tuple[Edition, EditionStep]:
    edition = Edition.objects.select_for_update().get(id=edition_id)
    return edition, edition.steps.order_by("-number")[:1].get()


def _editors(edition: Edition) -> set[str]:
    return set(edition.steps.values_list("made_by", flat=True))


def _refuse_unchanged(edition: Edition, read: Questionnaire) -> None:
    in_use = Edition.objects.filter(questionnaire=edition.questionnaire, state=State.ACTIVE).first()
    if in_use is None or in_use.published is None:
        return
    same = read_questionnaire(in_use.published.text)
    if replace(same, version=read.version, digest=read.digest) == read:
        raise QuestionnaireRefused(
            "いまの版と同じ内容です。", remedy="変えるところを変えてから申請してください。"
        )


def _record(actor: Actor, action: str, edition: Edition, digest: str) -> None:
    audit.record(
        actor=actor,
        action=action,
        subject=("questionnaire_edition", edition.id),
        details={"questionnaire": edition.questionnaire, "version": edition.version, "digest": digest},
    )
