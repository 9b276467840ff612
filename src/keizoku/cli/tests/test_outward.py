"""``keizoku api-key``, ``subscription``, ``line-link`` and ``bounces``: what faces other systems, carriers and accounts."""

import json

import pytest
from click.testing import CliRunner
from django.test import Client
from django.utils import timezone

from keizoku.accounts.models import Staff
from keizoku.cli import main, process
from keizoku.customers.linking import actions as linking
from keizoku.customers.linking import queries as links
from keizoku.delivery.models import Mailbox
from keizoku.kernel.personal import LineUser


@pytest.fixture
def keizoku(db, monkeypatch):
    monkeypatch.setattr(process, "start_django", lambda: None)
    Staff.objects.create(login="operator", display_name="企画さん", role="operator")

    def call(*words, fails=False):
        done = CliRunner().invoke(main, [str(word) for word in words])
        assert (done.exit_code != 0) is fails, done.output
        return done.output.strip()

    return call


def test_key_is_made_for_a_member_opens_its_scope_alone_and_ends_at_once(keizoku):
    secret = keizoku("api-key", "make", "operator", "--name", "夜間", "--scope", "due:read")

    def ask(path):
        return Client().get(f"/api/v1/{path}", headers={"authorization": f"Bearer {secret}"}).status_code

    assert (ask("due"), ask("campaigns")) == (200, 403)
    listed = keizoku("api-key", "list")
    assert "名義 企画さん due:read" in listed
    assert secret not in listed
    keizoku("api-key", "revoke", listed.split()[0])
    assert ask("due") == 401


def test_key_of_nobody_or_of_no_scope_is_refused(keizoku):
    keizoku("api-key", "make", "stranger", "--name", "x", "--scope", "due:read", fails=True)
    keizoku("api-key", "make", "operator", "--name", "x", "--scope", "everything", fails=True)
    assert not keizoku("api-key", "list")
    assert "due:read: " in keizoku("api-key", "scopes")


def test_description_of_the_api_is_printed_as_one_document(keizoku):
    assert "/api/v1/due" in json.loads(keizoku("api-key", "openapi"))["paths"]


def test_subscription_shows_its_secret_once_changes_it_and_ends(keizoku):
    number, secret = keizoku(
        "subscription", "make", "データ基盤", "https://example.com/hook", "--kind", "review.answered"
    ).splitlines()
    number = number.removeprefix("通知先 ")
    assert secret.startswith("whsec_")
    assert "有効 データ基盤 https://example.com/hook review.answered" in keizoku("subscription", "list")
    assert keizoku("subscription", "secret", number) != secret
    assert keizoku("subscription", "again", number) == "0件を送り直します。"

    keizoku("subscription", "end", number)

    assert f"{number} 終了 データ基盤" in keizoku("subscription", "list")
    keizoku("subscription", "secret", number, fails=True)
    assert "review.answered: " in keizoku("subscription", "kinds")


def test_link_with_a_line_account_is_shown_without_the_account_and_ended_by_staff(keizoku, make_customers):
    (customer,) = make_customers(1)
    assert keizoku("line-link", "show", customer) == "連携したことはありません。"
    account = LineUser("U" + "1" * 32)
    linking.link(linking.offer(customer), account)
    shown = keizoku("line-link", "show", customer)
    assert shown.startswith("連携中")
    assert account.reveal() not in shown

    Staff.objects.create(login="auditor", display_name="監査さん", role="auditor")
    keizoku("line-link", "unlink", customer, "--by", "auditor", fails=True)
    assert links.is_linked(customer)
    Staff.objects.create(login="reviewer", display_name="審査さん", role="reviewer")
    keizoku("line-link", "unlink", customer, "--by", "reviewer")
    assert not links.is_linked(customer)


def test_mailboxes_are_told_with_what_they_held(keizoku, settings):
    assert keizoku("bounces", "show") == "まだ読んでいません。"
    settings.BOUNCE_IMAP_HOST = ""
    assert keizoku("bounces", "collect") == "0件を読みました。"
    Mailbox.objects.update_or_create(
        channel="email",
        defaults={"looked_at": timezone.now(), "fault": "OSError", "returned": 3, "complained": 1},
    )
    assert "読めません: OSError 不達 3、申告 1" in keizoku("bounces", "show")
