"""Customers whom LINE does not reach are written to by mail: no link in it, and its code is enough."""

import pytest
from playwright.sync_api import expect

from journeys import customer
from journeys.conftest import DESKTOP
from journeys.house import hash_of
from journeys.people import MAILBOX_GONE, REFUSED_BY_LINE, SAPPORO_PEOPLE, WITHOUT_PHONE
from journeys.world import SAPPORO

pytestmark = pytest.mark.browser


def test_mail_goes_to_whom_line_does_not_reach_and_its_code_opens_the_questions(home, visitor, staff):
    campaign = home.campaign(SAPPORO, journey="line_email", count=len(SAPPORO_PEOPLE))
    for person in (*WITHOUT_PHONE, *REFUSED_BY_LINE):
        message = home.mail_to(person)
        assert "http" not in message.words
        assert "www" not in message.words
        assert person.account not in message.words
    ((refused, *_), (own, *_)) = REFUSED_BY_LINE, WITHOUT_PHONE
    answers = [entry["status"] for entry in home.line_pushes() if entry["to"] == hash_of(refused)]
    assert answers == [422]

    page = visitor(size=DESKTOP).page
    page.goto(f"{home.sandbox}/phone/{own.number}?view=mail")
    page.get_by_role("link", name="お客さま情報の確認のお願い").click()
    letter = page.locator(".letter")
    expect(letter).to_contain_text(home.mail_to(own).code)
    expect(letter.get_by_role("link")).to_have_count(0)

    page = visitor().page
    customer.enter_code(page, home.mail_to(own).code)
    customer.identify(page, own)
    customer.heading(page, "ご住所に変わりはありませんか")
    customer.say_unchanged(page)
    customer.heading(page, "お電話番号に変わりはありませんか")
    page.go_back()
    customer.heading(page, "ご住所に変わりはありませんか")

    (gone,) = MAILBOX_GONE
    home.wait(
        lambda: home.sql(
            "SELECT 1 FROM delivery_outcome o JOIN delivery_delivery d USING (campaign_id, wave_id, position) "
            "WHERE d.customer_id = %s AND o.result = 'rejected' AND o.code = 'smtp_550'",
            home.customer_id(gone),
        ),
        "the refused address is not recorded",
    )
    operator = staff("operator")
    operator.goto(f"/console/customers/{home.customer_id(gone)}")
    expect(operator.get_by_role("main")).to_contain_text("電子メール：送れなかった")
    operator.goto(f"/console/campaigns/{campaign}")
    expect(operator.get_by_role("row").filter(has_text="LINE通知メッセージ")).to_contain_text("3")
    by_mail = operator.get_by_role("row").filter(has_text="電子メール").get_by_role("cell")
    expect(by_mail.nth(2)).to_have_text("—")  # of mail it is never told what arrived
