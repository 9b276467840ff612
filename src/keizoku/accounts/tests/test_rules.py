import pytest

from keizoku.accounts import rules


def test_nobody_holds_both_the_making_and_the_approving_of_a_thing():
    things = {name.removesuffix(".approve") for name in rules.PERMISSIONS if name.endswith(".approve")}
    assert things == {
        "attributes",
        "campaigns",
        "duplicates",
        "exports",
        "forms",
        "identity",
        "keys",
        "methods",
        "policies",
        "retention",
        "risk",
        "silent",
        "staff",
    }
    for role, permissions in rules.ROLES.items():
        for thing in things:
            assert not {f"{thing}.edit", f"{thing}.approve"} <= permissions, (role, thing)


def test_somebody_holds_each_permission():
    assert frozenset().union(*rules.ROLES.values()) == set(rules.PERMISSIONS)


def test_every_role_has_a_name_to_show():
    assert list(rules.ROLES) == list(rules.ROLE_NAMES)


def test_who_decides_reviews_makes_no_campaigns():
    assert not [
        role
        for role in rules.ROLES
        if rules.may(role, "reviews.decide") and rules.may(role, "campaigns.edit")
    ]


def test_the_auditor_reads_the_audit_and_no_customer():
    assert rules.may("auditor", "audit.read")
    assert not any(name.startswith("customers.") for name in rules.ROLES["auditor"])


def test_the_administrator_sees_no_customer():
    assert not any(name.startswith("customers.") for name in rules.ROLES["administrator"])


def test_an_unknown_role_may_nothing():
    assert not rules.may("director", "campaigns.read")


def test_an_unknown_permission_is_a_fault():
    with pytest.raises(ValueError, match="no such permission"):
        rules.may("operator", "campaigns.delete")


def test_whom_to_ask_is_told_by_name():
    assert rules.roles_holding("campaigns.approve") == ["承認者"]


@pytest.mark.parametrize("login", ["", "Yamada", "山田", "-a", "a b", "a" * 101])
def test_a_login_of_other_letters_is_refused(login):
    assert not rules.is_login(login)


def test_a_mail_address_can_be_a_login():
    assert rules.is_login("hanako.yamada@bank.example.jp")
