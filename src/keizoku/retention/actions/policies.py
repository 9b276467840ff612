"""Policies: one person drafts a version, another puts it in force; the one before it retires, and with it its open plans."""

import hashlib
from pathlib import Path
from typing import Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.audit.actions import record
from keizoku.kernel.actor import Actor
from keizoku.retention import models
from keizoku.retention.errors import PolicyRefused, SamePerson
from keizoku.retention.registry import kinds
from keizoku.retention.rules.policy import parse_policy

STANDARD: Final = Path(__file__).parents[1] / "policies" / "standard-1.toml"
State = models.Policy.State


def draft_policy(text: str, actor: Actor) -> int:
    """Store a new version as a draft; returns its id.

    Raises:
        NotPermitted: the actor may not.
        PolicyInvalid: the text is no policy; the message names the kind and the fault.
        PolicyRefused: this version number exists.
    """
    authorise(actor, "retention.edit")
    policy = parse_policy(text, kinds())
    digest = hashlib.sha256(text.encode()).hexdigest()
    try:
        with transaction.atomic():
            drafted = models.Policy.objects.create(
                version=policy.version,
                text=text,
                digest=digest,
                periods=policy.periods(),
                made_by=str(actor),
            )
            record(
                actor=actor,
                action="retention.policy.drafted",
                subject=("policy", drafted.id),
                details={"version": policy.version, "digest": digest},
            )
    except IntegrityError:
        raise PolicyRefused(
            f"第{policy.version}版は既に登録されています。", remedy="versionを新しい番号にしてください。"
        ) from None
    return drafted.id


@transaction.atomic
def activate_policy(policy_id: int, actor: Actor, *, digest: str) -> None:
    """Approve the draft with this very digest and put it in force. Plans made under the one before become stale.

    Raises:
        NotPermitted: the actor may not.
        SamePerson: whoever made it may not approve it.
        PolicyRefused: no such draft any more, or its text is not the one that was read.
    """
    authorise(actor, "retention.approve")
    name = str(actor)
    draft = models.Policy.objects.filter(id=policy_id, state=State.DRAFT, digest=digest).first()
    if draft is None:
        raise PolicyRefused(
            "この決まりは承認待ちではありません。", remedy="一覧を開き直して、内容をご確認ください。"
        )
    if draft.made_by == name:
        raise SamePerson("ご自身が作った決まりは承認できません。", remedy="別の承認者に依頼してください。")
    models.Policy.objects.filter(state=State.ACTIVE).update(state=State.RETIRED)
    moved = models.Policy.objects.filter(id=policy_id, state=State.DRAFT).update(
        state=State.ACTIVE, approved_by=name, activated_at=timezone.now()
    )
    if not moved:
        raise PolicyRefused("この決まりは承認待ちではありません。", remedy="一覧を開き直してください。")
    record(
        actor=actor,
        action="retention.policy.activated",
        subject=("policy", policy_id),
        details={"version": draft.version, "digest": digest},
    )


@transaction.atomic
def install_standard_policy(maker: Actor, approver: Actor) -> int:
    """Put the standard policy in force where none is yet; return the id of the one in force."""
    active = models.Policy.objects.filter(state=State.ACTIVE).first()
    if active is not None:
        return active.id
    policy_id = draft_policy(STANDARD.read_text(encoding="utf-8"), maker)
    digest = models.Policy.objects.values_list("digest", flat=True).get(id=policy_id)
    activate_policy(policy_id, approver, digest=digest)
    return policy_id
