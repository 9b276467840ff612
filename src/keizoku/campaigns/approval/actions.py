"""The approver's verbs before an approval: answer for an anomaly, one by one, in writing."""

from django.db import transaction
from django.utils import timezone

from keizoku.accounts.access import authorise
from keizoku.accounts.models import Staff
from keizoku.audit import actions as audit
from keizoku.campaigns.approval.models import Anomaly
from keizoku.campaigns.approval.queries import makers
from keizoku.campaigns.errors import AnomalyOpen, CampaignRefused, NotAllowed
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.rules import State
from keizoku.customers.casework.rules import text_problem
from keizoku.kernel.actor import Actor

LONGEST_REASON = 300


@transaction.atomic
def confirm_anomaly(anomaly_id: int, *, reason: str, staff: Staff) -> int:
    """Say in writing why this anomaly is as it should be; returns the campaign's id.

    Raises:
        NotPermitted: without the right to approve.
        NotAllowed: by somebody who made any part of the campaign.
        CampaignRefused: no reason, or the request is no longer the one that was looked at.
    """
    authorise(staff.actor, "campaigns.approve")
    if problem := text_problem(reason, LONGEST_REASON, what="理由"):
        raise CampaignRefused(problem, remedy="なぜこのままでよいのかを書いてください。")
    campaign = Campaign.objects.select_for_update(of=("self",)).filter(anomalies=anomaly_id).first()
    anomaly = Anomaly.objects.filter(id=anomaly_id, campaign__state=State.REQUESTED).first()
    if campaign is None or anomaly is None or anomaly.request_digest != campaign.request_digest:
        raise CampaignRefused(
            "この注意は、いまの申請のものではありません。", remedy="画面を開き直してください。"
        )
    if staff.id in makers(campaign):
        raise NotAllowed(
            "作成または編集した人は確認できません。",
            remedy="ほかの承認者に依頼してください。",
        )
    Anomaly.objects.filter(id=anomaly.id).update(
        confirmed_by=staff.id, confirmed_at=timezone.now(), reason=reason.strip()
    )
    audit.record(
        actor=Actor.staff(staff.id),
        action="campaigns.anomaly.confirmed",
        subject=("campaign", campaign.id),
        purpose=reason.strip()[:200],
        details={"anomaly": anomaly.id, "code": anomaly.code, "weight": anomaly.weight},
    )
    return campaign.id


def require_answers(campaign: Campaign, staff: Staff) -> None:
    """Raises ``AnomalyOpen`` while an anomaly of this request lacks this approver's reason."""
    open_ones = Anomaly.objects.filter(campaign=campaign, request_digest=campaign.request_digest).exclude(
        confirmed_by=staff.id
    )
    if count := open_ones.count():
        raise AnomalyOpen(
            f"確かめていない注意が{count}件あります。",
            remedy="1件ずつ、このままでよい理由を書いてから承認してください。",
        )
