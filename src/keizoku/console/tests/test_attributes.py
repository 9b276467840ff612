"""An attribute's life in the browser: drafted, compared, approved by another who types its label, filled, ended."""

import re

import pytest

from keizoku.console.forms.composer import posting
from keizoku.console.forms.composer.nodes import Group, Line
from keizoku.console.tests.pages import do, go, words
from keizoku.customers.attributes import queries
from keizoku.customers.attributes.tests.people import define
from keizoku.customers.models import AttributeVersion, Fact
from keizoku.risk.models import Rating

PEP = {
    "name": "pep_status",
    "type": "choice",
    "label": "外国の重要な公的地位",
    "english": "",
    "help": "外国政府などで重要な地位にある方かどうか。",
    "choices": "none = 該当しない\r\nself ＝ 本人\r\n\r\nfamily = 家族",
    "not_suspicion": "yes",
}


@pytest.fixture
def drafted(browser):
    answer = do(browser("compliance"), "console-attribute-draft", **PEP)
    version = AttributeVersion.objects.get()
    assert answer.url == f"/console/settings/attributes/{version.id}"
    return version


def approve(browser, version, label=PEP["label"]):
    return do(
        browser("approver"), "console-attribute-approve", version.id, typed_label=label, digest=version.digest
    )


def test_attribute_is_drafted_by_one_and_approved_by_another_who_types_its_label(browser, drafted):
    assert "まだ追加の項目がありません" not in words(go(browser("auditor"), "console-attributes"))
    shown = words(go(browser("approver"), "console-attribute-approve", drafted.id))
    assert "選択肢 self" in shown
    assert "「外国の重要な公的地位」を有効にする" in shown
    assert approve(browser, drafted, "外国の地位").status_code == 422
    assert queries.usable() == ()
    assert approve(browser, drafted).status_code == 302
    (usable,) = queries.usable()
    assert [choice.label for choice in usable.choices] == ["該当しない", "本人", "家族"]
    assert approve(browser, drafted).status_code == 409


def test_maker_is_not_let_to_the_approval(browser, drafted):
    assert go(browser("compliance"), "console-attribute-approve", drafted.id).status_code == 403
    assert do(browser("compliance"), "console-attribute-approve", drafted.id).status_code == 403


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": "occupation"}, "はじめからある項目の名前です"),
        ({"label": ""}, "文字を入力してください"),
        ({"choices": "none = 該当しない"}, "2個から100個の選択肢が必要です"),
        ({"choices": "該当しない\n本人"}, "選択肢1"),
        ({"help": "疑わしい取引の届出をした方"}, "「秘密の事情」に記録します"),
        ({"not_suspicion": None}, "疑いに関わる事実ではないことの確認が必要です"),
        ({"type": "number", "least": "10", "most": "5"}, "最小と最大を整数で決めてください"),
    ],
)
def test_fault_is_told_at_its_field_and_what_was_typed_stays(browser, change, told):
    typed = {key: value for key, value in (PEP | change).items() if value is not None}
    answer = do(browser("compliance"), "console-attribute-draft", **typed)
    assert answer.status_code == 422
    assert told in words(answer)
    assert typed["help"] in answer.content.decode()
    assert not AttributeVersion.objects.exists()


def test_new_version_keeps_name_and_type_and_is_compared_with_the_one_before(browser, drafted):
    approve(browser, drafted)
    client = browser("compliance")
    begun = go(client, "console-attribute-draft", **{"from": drafted.id}).content.decode()
    assert "self = 本人" in begun
    closed = PEP["choices"] + " | 終了\nassociate = 関係者"
    posted = PEP | {"name": "other_name", "type": "flag", "choices": closed}
    answer = client.post(f"/console/settings/attributes/draft?from={drafted.id}", posted)
    assert answer.status_code == 302
    new = AttributeVersion.objects.get(version=2)
    assert (new.name, new.type) == ("pep_status", "choice")
    shown = words(go(client, "console-attribute", new.id)).replace(" ", "")
    assert "選択肢family家族家族（終了）" in shown
    assert "選択肢associate（なし）関係者" in shown


def test_draft_is_taken_back(browser, drafted):
    assert do(browser("compliance"), "console-attribute-withdraw", drafted.id).status_code == 302
    assert AttributeVersion.objects.get().state == "withdrawn"
    assert do(browser("compliance"), "console-attribute-withdraw", drafted.id).status_code == 409


def test_value_is_changed_with_a_reason_and_the_customer_is_rated_anew(browser, customers, drafted):
    approve(browser, drafted)
    customer = customers[0]
    rated = Rating.objects.count()
    client = browser("reviewer")
    assert "登録なし" in words(go(client, "console-customer", customer))
    refused = do(client, "console-customer-attribute-change", customer, "pep_status", value="self")
    assert refused.status_code == 422
    assert "変える理由を選んでください" in words(refused)
    assert Fact.objects.get(customer_id=customer).attributes == {}
    changed = do(
        client, "console-customer-attribute-change", customer, "pep_status", value="self", reason="document"
    )
    assert changed.status_code == 302
    shown = words(go(client, "console-customer-attribute", customer, "pep_status"))
    assert "書類で確認した" in shown
    assert "書類(" in shown
    assert "本人" in words(go(client, "console-customer", customer))
    assert Rating.objects.count() == rated


def test_several_choices_and_a_bad_number_are_told(browser, customers):
    define("held_by", "income")
    client = browser("compliance")
    do(
        client,
        "console-customer-attribute-change",
        customers[0],
        "held_by",
        value=["self", "family"],
        reason="told",
    )
    assert Fact.objects.get(customer_id=customers[0]).attributes == {"held_by": ["self", "family"]}
    answer = do(
        client, "console-customer-attribute-change", customers[0], "income", value="多い", reason="told"
    )
    assert answer.status_code == 422
    assert "整数ではありません" in words(answer)
    assert "多い" in answer.content.decode()


def test_who_may_only_read_sees_the_value_and_no_form(browser, customers, drafted):
    approve(browser, drafted)
    shown = words(go(browser("operator"), "console-customer-attribute", customers[0], "pep_status"))
    assert "登録なし" in shown
    assert "変える理由" not in shown
    denied = do(
        browser("operator"), "console-customer-attribute-change", customers[0], "pep_status", value="self"
    )
    assert denied.status_code == 403


def test_end_is_drafted_and_approved_and_the_page_says_so(browser, customers, drafted):
    approve(browser, drafted)
    do(
        browser("reviewer"),
        "console-customer-attribute-change",
        customers[0],
        "pep_status",
        value="self",
        reason="told",
    )
    assert do(browser("compliance"), "console-attribute-end", drafted.id).status_code == 302
    ending = AttributeVersion.objects.get(version=2)
    shown = words(go(browser("approver"), "console-attribute-approve", ending.id))
    assert "「外国の重要な公的地位」を廃止する" in shown
    assert "1人" in shown
    assert approve(browser, ending).status_code == 302
    page = words(go(browser("reviewer"), "console-customer-attribute", customers[0], "pep_status"))
    assert "この項目は廃止されています" in page
    assert "本人" in page


def test_attribute_that_does_not_exist_is_not_found(browser, customers):
    assert go(browser("reviewer"), "console-customer-attribute", customers[0], "nothing").status_code == 404


def test_composer_offers_attributes_and_counts_at_once(browser, customers, drafted):
    approve(browser, drafted)
    client = browser("operator")
    tree = posting.posts(Group("all", (Line("pep_status", "one_of", ("self",)),)))

    def count():
        part = do(client, "console-audience-count", **tree, do="look").content.decode()
        return re.sub(r"\s+|<[^>]+>", "", part)

    assert "0人に送れます" in count()
    do(
        browser("reviewer"),
        "console-customer-attribute-change",
        customers[0],
        "pep_status",
        value="self",
        reason="told",
    )
    assert "1人に送れます" in count()
    bare = posting.posts(Group("all", (Line("pep_status", "one_of", ()),)))
    refused = do(client, "console-audience-new", **bare, do="save", name="試し")
    assert refused.status_code == 422
    assert "選んでください" in words(refused)
