"""The draft of a correction: exactly the recipients, by the channels they were reached on, with words to be edited."""

from keizoku.accounts.models import Staff
from keizoku.campaigns import actions as campaigns
from keizoku.campaigns.incidents.models import Incident, IncidentRecipient
from keizoku.campaigns.incidents.rules import Kind
from keizoku.campaigns.journeys.rules.calendar import Calendar
from keizoku.campaigns.rules import EVERYBODY, CoursePlan, StepPlan
from keizoku.delivery import actions as delivery

ANSWER_DAYS = 30
BETWEEN_DAYS = 7
# An apology does not wait for the bank's next day of business, but it wakes nobody at night.
HOURS = Calendar(weekends=True, holidays=True, year_end=True)
SUBJECT = "【{institution}】先日のご連絡についてのお詫びと訂正"
_WHAT = {
    Kind.WRONG_RECIPIENTS: "先日のお客さま情報の確認のお願いは、誤ってお送りしたものです。お手続きはいりません。",
    Kind.WRONG_WORDS: "先日のお客さま情報の確認のお願いの文面に、誤りがありました。正しい内容は次のとおりです。",
    Kind.DOUBTFUL: "先日のお客さま情報の確認のお願いの送信に、不具合がありました。",
    Kind.LEAK: "先日のご連絡で、お客さまの情報の取り扱いに誤りがありました。くわしくは次のとおりです。",
}
_SHORT = {"sms": "{institution}です。先日のご連絡は誤りでした。お詫びします。受付番号 {reference}"}


def draft(incident: Incident, staff: Staff) -> int:
    """The draft's id. Refusals are those of ``campaigns.actions.draft``."""
    used = (
        IncidentRecipient.objects.filter(incident=incident).order_by("step").values_list("channel", flat=True)
    )
    channels = list(dict.fromkeys(used.distinct()))
    name = f"訂正：{incident.campaign.name}"[:80]
    steps = [
        StepPlan(
            channel,
            BETWEEN_DAYS if place else 0,
            delivery.write_message(
                channel=channel,
                name=name[:60],
                subject=SUBJECT if channel in {"email", "letter"} else "",
                body=_SHORT.get(channel, _body(Kind(incident.kind))),
                button_label="内容を確かめる" if channel == "line" else "",
                actor=staff.actor,
            ),
        )
        for place, channel in enumerate(channels)
    ]
    return campaigns.draft(
        name=name,
        audience={"field": "in_incident", "operator": "any_of", "value": [incident.id]},
        steps=[CoursePlan(EVERYBODY, steps, calendar=HOURS)],
        answer_days=ANSWER_DAYS,
        staff=staff,
    )


def _body(kind: Kind) -> str:
    return f"""{{institution}}から、お詫びと訂正のご連絡です。

{_WHAT[kind]}

ご迷惑をおかけし、申しわけありません。

受付番号 {{reference}}

本物かどうかは、当行ホームページ右上「{{portal}}」に受付番号を入力すると確かめられます。暗証番号やパスワードをお聞きすることはありません。"""
