"""Scorecards as drafts, in force and withdrawn: made by one, put in force by another."""

import hashlib
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.audit.actions import record
from keizoku.customers.attributes import queries as attributes
from keizoku.kernel.actor import Actor
from keizoku.risk import locks, models
from keizoku.risk.errors import SamePerson, ScorecardNotDraft, VersionTaken
from keizoku.risk.rules.reading import parse_scorecard

STANDARD_SCORECARD = Path(__file__).parents[1] / "scorecards" / "standard-1.toml"


def draft_scorecard(text: str, actor: Actor) -> int:
    """Store a new version as a draft and return its id.

    Raises:
        ScorecardInvalid: the text is not a scorecard; the message names line and factor.
        VersionTaken: this version number exists.
    """
    definition = parse_scorecard(text, attributes.usable())
    digest = hashlib.sha256(text.encode()).hexdigest()
    try:
        with transaction.atomic():
            drafted = models.Scorecard.objects.create(
                version=definition.version, text=text, digest=digest, made_by=str(actor)
            )
    except IntegrityError:
        raise VersionTaken(
            f"第{definition.version}版は既に登録されています。", remedy="versionを新しい番号にしてください。"
        ) from None
    record(
        actor=actor,
        action="risk.scorecard.drafted",
        subject=("scorecard", drafted.id),
        details={"version": definition.version, "digest": digest},
    )
    return drafted.id


@transaction.atomic
def activate_scorecard(scorecard_id: int, actor: Actor, *, digest: str) -> None:
    """Approve the draft with this very digest and put it in force; the one before it retires.

    Ratings follow with the next ``rate_everybody``.

    Raises:
        ScorecardNotDraft: no such draft any more, or its text is not the one that was read.
        SamePerson: whoever made it may not approve it.
    """
    draft = models.Scorecard.objects.filter(id=scorecard_id).first()
    if draft is not None and draft.made_by == str(actor):
        raise SamePerson(
            "ご自身が登録したスコアカードは承認できません。", remedy="別の承認者に依頼してください。"
        )
    if draft is not None:
        # An attribute that ended since the draft is refused by name.
        parse_scorecard(draft.text, attributes.usable())
    locks.lock_all_ratings()
    states = models.Scorecard.State
    models.Scorecard.objects.filter(state=states.ACTIVE).update(state=states.RETIRED)
    activated = models.Scorecard.objects.filter(id=scorecard_id, state=states.DRAFT, digest=digest).update(
        state=states.ACTIVE, approved_by=str(actor), activated_at=timezone.now()
    )
    if draft is None or not activated:
        raise ScorecardNotDraft(
            "このスコアカードは承認待ちではありません。", remedy="一覧を開き直して、内容をご確認ください。"
        )
    record(
        actor=actor,
        action="risk.scorecard.activated",
        subject=("scorecard", scorecard_id),
        details={"version": draft.version, "digest": digest},
    )


@transaction.atomic
def withdraw_scorecard(scorecard_id: int, actor: Actor) -> None:
    """Take a draft back; it stays to be read, and its number stays taken. A trial of it under way ends.

    Raises:
        ScorecardNotDraft: it is in force, ended or withdrawn already.
    """
    authorise(actor, "risk.edit")
    states = models.Scorecard.State
    draft = models.Scorecard.objects.filter(id=scorecard_id, state=states.DRAFT)
    if not draft.update(state=states.WITHDRAWN):
        raise ScorecardNotDraft(
            "この評価表は下書きではないため、取り下げられません。", remedy="一覧を開き直してください。"
        )
    version = models.Scorecard.objects.values_list("version", flat=True).get(id=scorecard_id)
    record(
        actor=actor,
        action="risk.scorecard.withdrawn",
        subject=("scorecard", scorecard_id),
        details={"version": version},
    )


@transaction.atomic
def install_standard_scorecard(maker: Actor, approver: Actor) -> int:
    """Put the standard scorecard in force where none is yet; return the id of the one in force."""
    active = models.Scorecard.objects.filter(state=models.Scorecard.State.ACTIVE).first()
    if active is not None:
        return active.id
    scorecard_id = draft_scorecard(STANDARD_SCORECARD.read_text(encoding="utf-8"), maker)
    digest = models.Scorecard.objects.values_list("digest", flat=True).get(id=scorecard_id)
    activate_scorecard(scorecard_id, approver, digest=digest)
    return scorecard_id
