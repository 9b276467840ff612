"""手紙: what staff see of batches and may do there."""

import hashlib

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contract.print_house import CAMPAIGN, tags
from keizoku.accounts.models import Staff
from keizoku.delivery.dispatch import Dispatcher
from keizoku.delivery.letters import queries
from keizoku.delivery.letters.models import LetterReturn


@pytest.fixture
def browser(wave):
    """Signed in as the one with the role; three letters lie at the print house."""
    Dispatcher("one").run()

    def open_as(role):
        client = Client()
        client.force_login(Staff.objects.create(login=role, display_name=f"{role}さん", role=role))
        return client

    return open_as


def go(client, name, *arguments):
    return client.get(reverse(name, args=arguments))


def text(answer):
    return answer.content.decode()


def test_batches_are_listed_with_what_became_of_them(browser):
    shown = text(go(browser("auditor"), "console-letters"))

    assert "印刷会社が受け付けた" in shown
    assert "束 1" in shown
    assert "戻ってきた手紙を記録する" not in shown


def test_print_file_goes_to_whoever_may_have_it(browser):
    (batch,) = queries.batches()
    operator = browser("operator")
    assert "3人の氏名と住所が入っています" in text(go(operator, "console-letter-batch", batch.id))

    answer = operator.post(reverse("console-letter-download", args=[batch.id]))

    assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == batch.pdf_sha256
    assert answer["Content-Disposition"] == f'attachment; filename="keizoku-letters-{batch.id}.pdf"'
    listed = operator.post(reverse("console-letter-manifest", args=[batch.id]))
    assert listed.json()["letters"] == 3
    auditor = browser("auditor")
    assert "印刷用ファイル" not in text(go(auditor, "console-letter-batch", batch.id))
    assert auditor.post(reverse("console-letter-download", args=[batch.id])).status_code == 403


def test_calling_off_asks_for_the_number_of_letters(browser):
    (batch,) = queries.batches()
    operator = browser("operator")
    page = go(operator, "console-letter-call-off", batch.id)
    assert "3通の印刷を取りやめる" in text(page)

    wrong = operator.post(reverse("console-letter-call-off", args=[batch.id]), {"typed_number": "4"})
    assert wrong.status_code == 409
    assert queries.batch(batch.id).state == "handed_in"
    right = operator.post(reverse("console-letter-call-off", args=[batch.id]), {"typed_number": "３"})

    assert right.status_code == 302
    assert queries.batch(batch.id).state == "cancelled"


def test_returned_letter_is_recorded_and_what_was_typed_stays_when_it_is_wrong(browser):
    operator = browser("operator")
    today = timezone.localdate().isoformat()
    wrong = operator.post(
        reverse("console-letter-returned"), {"reference": "kz-1", "reason": "moved", "returned_on": today}
    )
    assert wrong.status_code == 422
    assert 'value="kz-1"' in text(wrong)
    assert "見つかりません" in text(wrong)
    missing = operator.post(reverse("console-letter-returned"), {})
    assert "封筒に押された理由を選んでください" in text(missing)
    assert not LetterReturn.objects.exists()

    right = operator.post(
        reverse("console-letter-returned"), {"reference": tags(2)[0], "reason": "moved", "returned_on": today}
    )

    assert right.status_code == 302
    assert LetterReturn.objects.get().campaign_id == CAMPAIGN
    (batch,) = queries.batches()
    assert "転居先不明" in text(go(operator, "console-letter-batch", batch.id))
    assert "operatorさん" in text(go(operator, "console-letter-batch", batch.id))


def test_words_of_a_letter_are_shown_as_the_page_that_will_be_printed(db, printer):
    from datetime import date

    from keizoku.campaigns import letter_words
    from keizoku.console.previews import preview

    shown = preview(
        "letter", letter_words.SUBJECT, letter_words.BODY, letter_words.LABEL, closes_on=date(2026, 12, 24)
    )

    assert shown.picture.startswith("data:image/png;base64,")
    assert shown.channel_name == "手紙"
