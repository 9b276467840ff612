"""Trials of drafts as jobs: asked for, worked through block by block, kept; whoever asked may leave the page.

Invariants: one trial of a draft is under way at most; each block is one transaction that keeps what was found and where
to go on, so that a job may run twice, stop anywhere and start late; nothing of any customer is written.
"""

from collections.abc import Callable
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.audit.actions import record
from keizoku.customers.models import Fact
from keizoku.kernel.actor import Actor
from keizoku.kernel.tasks import task
from keizoku.risk.dry_run import Tried, question, result, scope_of, try_block
from keizoku.risk.errors import ScorecardNotDraft, TrialUnderWay
from keizoku.risk.models import DryRun, Scorecard, Trial
from keizoku.risk.queries import read_scorecard
from keizoku.risk.rules.states import TRIAL_WITHOUT_PROGRESS, TrialState
from keizoku.risk.rules.workload import Scope
from keizoku.risk.statements import blocks_of_customers

AT_WORK = (TrialState.ASKED, TrialState.WORKING)


@transaction.atomic
def ask_for_trial(scorecard_id: int, scope: Scope, actor: Actor, today: date) -> int:
    """Ask for the draft to be tried on everybody by a worker; return the trial's id.

    Raises:
        ScorecardNotDraft: it is in force already, ended or withdrawn.
        TrialUnderWay: somebody asked already.
    """
    authorise(actor, "risk.edit")
    draft = Scorecard.objects.filter(id=scorecard_id, state=Scorecard.State.DRAFT).first()
    if draft is None:
        raise ScorecardNotDraft(
            "この評価表は下書きではないため、試算できません。",
            remedy="一覧を開き直して、下書きを選んでください。",
        )
    try:
        with transaction.atomic():
            trial = Trial.objects.create(
                scorecard=draft,
                on=today,
                question=question(scope),
                state=TrialState.ASKED,
                made_by=str(actor),
                moved_at=timezone.now(),
                customers=Fact.objects.count(),
            )
    except IntegrityError:
        raise TrialUnderWay(
            "この下書きは、いま試算しています。",
            remedy="終わるまでお待ちください。ページを閉じても続きます。",
        ) from None
    record(
        actor=actor,
        action="risk.scorecard.trial_asked",
        subject=("scorecard", scorecard_id),
        details={"version": draft.version, "trial": trial.id},
    )
    work.wake(trial=trial.id)
    return trial.id


@task("risk.try_draft")
def work(trial: int) -> None:
    """Work a trial through to its end."""
    work_through(trial)


def work_through(trial_id: int, progress: Callable[[int, int], None] | None = None) -> None:
    """Go on from the block where it stands; ``progress`` is told (customers done, customers in all)."""
    for block in blocks_of_customers():
        found = _work_block(trial_id, block)
        if found is None:
            return
        if progress is not None:
            progress(*found)
    _finish(trial_id)


def sweep_trials() -> int:
    """Give up what has not moved for an hour (its worker died again and again); return how many."""
    stale = Trial.objects.filter(state__in=AT_WORK, moved_at__lt=timezone.now() - TRIAL_WITHOUT_PROGRESS)
    return stale.update(
        state=TrialState.FAILED, failure="1時間進まなかったため、中断しました。もう一度試算してください。"
    )


@transaction.atomic
def _work_block(trial_id: int, block: int) -> tuple[int, int] | None:
    """One block, unless it is done already; None where the trial is over."""
    trial = _locked(trial_id)
    if trial is None:
        return None
    if trial.scorecard.state != Scorecard.State.DRAFT:
        _fail(trial, "試算のあいだに、この評価表は下書きでなくなりました。")
        return None
    if block >= trial.next_block:
        tried = Tried.from_row(trial.found)
        try_block(read_scorecard(trial.scorecard.text), trial.on, block, tried)
        trial.state, trial.next_block = TrialState.WORKING, block + 1
        trial.found, trial.customers_done = tried.as_row(), tried.customers
        trial.customers = max(trial.customers, tried.customers)
        trial.moved_at = timezone.now()
        trial.save()
    return trial.customers_done, trial.customers


@transaction.atomic
def _finish(trial_id: int) -> None:
    trial = _locked(trial_id)
    if trial is None:
        return
    tried, scope = Tried.from_row(trial.found), scope_of(trial.question)
    DryRun.objects.create(
        scorecard=trial.scorecard,
        digest=trial.scorecard.digest,
        on=trial.on,
        made_by=trial.made_by,
        question=trial.question,
        result=result(tried, scope, trial.on),
    )
    trial.state, trial.moved_at, trial.found = TrialState.DONE, timezone.now(), {}
    trial.customers = trial.customers_done = tried.customers
    trial.save()
    kind, _, name = trial.made_by.partition(":")
    record(
        actor=Actor.staff(int(name)) if kind == "staff" else Actor.system(name),
        action="risk.scorecard.tried",
        subject=("scorecard", trial.scorecard_id),
        details={"version": trial.scorecard.version, "customers": tried.customers},
    )


def _locked(trial_id: int) -> Trial | None:
    """The trial under way, locked, so that of two workers each block has one."""
    under_way = Trial.objects.select_related("scorecard").filter(id=trial_id, state__in=AT_WORK)
    return under_way.select_for_update(of=("self",)).first()


def _fail(trial: Trial, failure: str) -> None:
    trial.state, trial.failure, trial.moved_at = TrialState.FAILED, failure, timezone.now()
    trial.save()
