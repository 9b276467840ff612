"""Consents to a channel, as campaigns heed them."""

from datetime import date

from keizoku.campaigns import actions
from keizoku.campaigns.audiences.counting import preview
from keizoku.campaigns.tests.walking import EVERYBODY, channels, work
from keizoku.campaigns.why.queries import reasons_of
from keizoku.customers.consents.actions import Told, record_consent
from keizoku.customers.consents.rules import Act, Source
from keizoku.kernel.actor import Actor


def test_customer_who_no_longer_wants_line_gets_mail_at_once_and_one_who_wants_neither_is_left_out(
    staff, plan, make_customers
):
    no_line, neither = make_customers(2)
    withdraw(no_line, "line_contact")
    withdraw(neither, "line_contact")
    withdraw(neither, "email_contact")
    shown = preview(EVERYBODY, ["line", "email"], date(2026, 11, 21))
    assert (shown.included, shown.excluded) == (1, {"consent_withdrawn": 1})
    assert shown.reachable == {"line": 0, "email": 1}
    campaign = actions.draft(
        name="期日到来", audience=EVERYBODY, steps=plan, answer_days=30, staff=staff["operator"]
    )
    actions.request_approval(campaign, staff["operator"])
    actions.approve(campaign, typed_count=1, staff=staff["approver"])

    work()

    assert channels() == ["email"]
    assert [reason.words for reason in reasons_of(no_line)] == [
        "LINE通知メッセージ：送らなかった（この手段での連絡への同意が撤回されているため）",
        "電子メール：受け付けられた",
    ]
    assert [reason.words for reason in reasons_of(neither)] == [
        "対象外（使う手段での連絡への同意が撤回されている）"
    ]


def test_consent_that_is_given_again_opens_the_channel(staff, plan, make_customers):
    (one,) = make_customers(1)
    withdraw(one, "line_contact")
    withdraw(one, "line_contact", Act.GIVEN)
    assert preview(EVERYBODY, ["line"], date(2026, 11, 21)).reachable == {"line": 1}


def test_audience_is_chosen_by_consent(staff, plan, make_customers):
    given, refused, _never = make_customers(3)
    withdraw(given, "marketing_mail", Act.GIVEN)
    withdraw(refused, "marketing_mail")
    day = date(2026, 11, 21)

    def matching(**compared):
        return preview({"field": "consent_marketing_mail"} | compared, ["email"], day).matching

    assert matching(operator="equals", value=True) == 1
    assert matching(operator="equals", value=False) == 1
    assert matching(operator="is_missing") == 1


def withdraw(customer, purpose, act=Act.WITHDRAWN):
    day = date(2026, 11, 20)
    told = Told(Source.DECLARED, day, "電話での申し出")
    record_consent(customer, purpose, act, told, actor=Actor.system("test"), today=day)
