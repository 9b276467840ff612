"""設定 → 本人確認の方法 in the browser: the table on a day, reading and approving by two, and why not."""

import json

import pytest
from django.urls import reverse
from joserfc.jwk import OKPKey

from keizoku.console.tests.pages import do, go, words
from keizoku.identity.methods import queries
from keizoku.identity.methods.models import MethodProposal
from keizoku.identity.methods.rules.proposals import State
from keizoku.identity.methods.tests.test_resting import CHIP, verified

IMAGE = ("proceeds_of_crime", "IMG_DOC_FACE", "2018-11-30")
KEY = "/".join(IMAGE)
PROVIDER = {
    "issuer": "https://jpki.example",
    "name": "見本認証",
    "audience": "keizoku-bank",
    "key": OKPKey.generate_key("Ed25519").as_dict(private=False),
    "methods": ["JPKI_SIGN"],
    "longest_age_hours": 24,
    "contract": "2026-10-01",
}


@pytest.fixture
def compliance(browser):
    return browser("compliance")


@pytest.fixture
def approver(browser):
    return browser("approver")


def approve(approver, number, subject):
    return do(
        approver,
        "console-method-approve",
        number,
        typed_subject=subject,
        digest=queries.proposal(number).digest,
    )


def test_table_shows_the_letters_of_a_day_and_finds_those_that_never_held(compliance):
    march = words(go(compliance, "console-methods", statute="proceeds_of_crime", on="2027-03-31"))
    assert "書類の画像と、顔の撮影 IMG_DOC_FACE" in march
    assert "未確認" in march
    april = words(go(compliance, "console-methods", statute="proceeds_of_crime", on="2027-04-01"))
    assert "IMG_DOC_FACE" not in april
    found = words(go(compliance, "console-methods", statute="proceeds_of_crime", on="2027-04-01", q="ル"))
    assert "ヌ（「ル・ヲ」と書かれた資料がある）" in found
    assert "IC_FACE" not in found
    assert "この条件に合う行がありません" in words(
        go(compliance, "console-methods", q="どこにもない", on="いつか")
    )
    assert "この表に方法はありません" in words(go(compliance, "console-methods", statute="individual_number"))


def test_row_is_read_by_one_and_approved_by_another(compliance, approver):
    page = words(go(compliance, "console-method-row", *IMAGE))
    assert "令和7年命令第3号" in page
    assert "読んで確認したことを申し出る" in page
    bad = do(compliance, "console-method-sign", *IMAGE, where="e-Gov", read_on="きのう")
    assert (bad.status_code, "e-Gov" in bad.content.decode()) == (422, True)
    assert do(compliance, "console-method-sign", *IMAGE, where="", read_on="2026-11-01").status_code == 422
    assert not MethodProposal.objects.exists()

    signed = do(compliance, "console-method-sign", *IMAGE, where="e-Gov 6条1項1号", read_on="2026-11-01")
    number = MethodProposal.objects.get().id
    assert signed.url == reverse("console-method-proposal", args=[number])
    assert "承認へ進む" not in words(go(compliance, "console-method-proposal", number))
    assert do(compliance, "console-method-approve", number).status_code == 403
    shown = words(go(approver, "console-method-approve", number))
    assert "e-Gov 6条1項1号" in shown
    wrong = do(approver, "console-method-approve", number, typed_subject="別のもの", digest="x")
    assert wrong.status_code == 422
    stale = do(approver, "console-method-approve", number, typed_subject=KEY, digest="x")
    assert stale.status_code == 409
    assert queries.proposal(number).state is State.PROPOSED
    approve(approver, number, KEY)
    held = words(go(compliance, "console-method-row", *IMAGE))
    assert "complianceさんが2026-11-01に読み、approverさんが承認しました。" in held
    assert "読んで確認したことを申し出る" not in held
    do(compliance, "console-method-end", number)
    assert not queries.table_row(KEY).is_confirmed


def test_image_and_face_is_switched_on_by_two_for_one_use_and_the_page_says_what_it_is_not(
    compliance, approver
):
    asked = {"scope": "ongoing_check", "on": "2027-04-01", "who": "resident"}
    before = words(go(compliance, "console-methods-why", **asked))
    assert "取引時確認（法令の本人確認）ではありません" in before
    assert "当行では使わないことにしています" in before
    refused = do(compliance, "console-method-switch", *IMAGE, scope="ongoing_check", is_on="yes", reason="")
    assert refused.status_code == 422
    do(compliance, "console-method-switch", *IMAGE, scope="ongoing_check", is_on="yes", reason="委員会の決定")
    number = MethodProposal.objects.get().id
    assert "承認を待っている申し出があります" in words(go(compliance, "console-methods"))
    approve(approver, number, "ongoing_check/IMG_DOC_FACE")
    after = words(go(compliance, "console-methods-why", **asked))
    assert after.index("IMG_DOC_FACE") < after.index("使えない方法と理由")
    by_law = words(go(compliance, "console-methods-why", scope="proceeds_of_crime", on="2027-04-01"))
    assert "犯罪収益移転防止法では、2027-03-31で終わりました。" in by_law
    young = words(go(compliance, "console-methods-why", scope="proceeds_of_crime", on="2027-04-01", age="14"))
    assert "15歳に満たない方には" in young


def test_registrations_and_providers_are_proposed_declined_and_withdrawn(compliance, approver):
    assert do(compliance, "console-method-register", registration="x").status_code == 422
    assert do(compliance, "console-method-accredit", document="{").status_code == 422
    assert do(compliance, "console-method-accredit", document="{}").status_code == 422
    assert not MethodProposal.objects.exists()
    do(
        compliance,
        "console-method-register",
        registration="signature_verifier",
        is_held="yes",
        reference="1号",
    )
    do(compliance, "console-method-accredit", document=json.dumps(PROVIDER))
    first, second = MethodProposal.objects.order_by("id").values_list("id", flat=True)
    listed = words(go(approver, "console-method-proposals"))
    assert "署名検証者（公的個人認証法17条4項）" in listed
    assert "見本認証" in listed
    do(approver, "console-method-decline", first)
    do(compliance, "console-method-withdraw", second)
    assert [queries.proposal(one).state for one in (first, second)] == [State.DECLINED, State.WITHDRAWN]
    again = do(approver, "console-method-approve", first, typed_subject="signature_verifier", digest="")
    assert again.status_code == 409


def test_whose_verification_rests_on_a_method_is_counted_listed_and_handed_out(
    compliance, browser, make_customers
):
    assert "まだ「確認できた」本人確認がありません" in words(go(compliance, "console-methods-resting"))
    one, two = make_customers(2)
    for customer in (one, two):
        verified(customer, CHIP)
    counted = words(go(compliance, "console-methods-resting"))
    assert "犯罪収益移転防止法ICチップの記録と、顔の撮影22026-11-222026-11-22" in counted
    asked = {"use": "statutory", "statute": CHIP.statute, "method": CHIP.method}
    listed = words(go(compliance, "console-methods-resting-people", **asked))
    assert "犯罪収益移転防止法 / ICチップの記録と、顔の撮影" in listed
    file = go(compliance, "console-methods-resting-file", **asked)
    rows = file.content.decode("utf-8").splitlines()
    assert len(rows) == 3
    assert rows[1].endswith("statutory,proceeds_of_crime,IC_FACE,ヘ,2026-11-22")
    assert "いません" in words(go(compliance, "console-methods-resting-people", use="procedure"))
    assert go(browser("auditor"), "console-methods-resting-file", **asked).status_code == 403
