"""The letter channel against the print house: one file a window, and nothing printed twice whatever dies."""

import asyncio
import hashlib
import json
from datetime import date, timedelta

import pytest
from django.utils import timezone

from contract.print_house import CAMPAIGN, Killed, best, dies_before_the_hand_in, tags, take_over
from keizoku.customers import actions as customers
from keizoku.customers.models import ChannelStop
from keizoku.delivery import reconciling, registry
from keizoku.delivery.dispatch import Dispatcher
from keizoku.delivery.letters import actions as letters
from keizoku.delivery.letters import queries
from keizoku.delivery.letters.models import LetterBatch
from keizoku.delivery.models import Chunk
from keizoku.kernel import files
from keizoku.kernel.actor import Actor
from keizoku.sandbox.faults import FaultKind

SYSTEM = Actor.system("test")


def test_a_window_is_one_batch_that_says_no_more_than_it_must(wave, printer):
    Dispatcher("one").run()

    (batch,) = queries.batches()
    assert (batch.state, batch.letters, batch.pages) == ("handed_in", 3, 3)
    assert batch.cutoff_at is not None
    assert [result for result, _ in best()] == ["accepted"] * 3
    (line,) = printer.hand_ins()
    manifest = json.loads(line["manifest"])
    assert manifest["pdf_sha256"] == batch.pdf_sha256
    assert [set(row) for row in manifest["list"]] == [
        {"sequence", "tag", "first_page", "pages", "sheets", "postal_code"}
    ] * 3
    assert "東京都" not in line["manifest"]
    pdf = (printer.folder / "print" / f"{batch.key}.pdf").read_bytes()
    assert hashlib.sha256(pdf).hexdigest() == batch.pdf_sha256


def test_kept_print_file_is_encrypted(wave, printer):
    Dispatcher("one").run()

    kept = LetterBatch.objects.get()
    path = files._path(kept.pdf)
    assert b"%PDF" not in path.read_bytes()
    with files.open_stored(kept.pdf) as stored:
        assert hashlib.sha256(stored.read()).hexdigest() == kept.pdf_sha256


def test_worker_killed_between_hand_in_and_outcome_prints_nothing_twice(wave, printer):
    class Dying(Dispatcher):
        def before_outcomes(self, lease, claims):
            raise Killed

    with pytest.raises(Killed):
        Dying("one").run()
    take_over()
    assert [result for result, _ in best()] == ["unknown"] * 3

    reconciling.reconcile()

    assert best() == [("accepted", "found")] * 3
    assert sorted(printer.printed()) == tags(1, 2, 3)


def test_worker_killed_before_the_hand_in_has_its_batch_handed_in_once_under_the_same_key(
    wave, printer, monkeypatch
):
    dies_before_the_hand_in(monkeypatch)
    take_over()
    kept = LetterBatch.objects.get()
    assert (kept.state, printer.printed() if (printer.folder / "print.jsonl").stat().st_size else []) == (
        "made",
        [],
    )

    reconciling.reconcile()
    reconciling.reconcile()

    assert [result for result, _ in best()] == ["accepted"] * 3
    assert sorted(printer.printed()) == tags(1, 2, 3)
    assert [line["path"] for line in printer.hand_ins()] == [f"/print/v1/batches/{kept.key}"]


def answers(customer):
    customers.stop_contact(customer_id=customer, campaign_id=CAMPAIGN, reason="answered", actor=SYSTEM)


def wants_no_letters(customer):
    ChannelStop.objects.create(customer_id=customer, channel="letter")


@pytest.mark.parametrize("happens", [answers, wants_no_letters])
def test_batch_of_a_dead_worker_is_not_given_again_once_somebody_in_it_has_answered_or_wants_no_letters(
    wave, printer, monkeypatch, happens
):
    dies_before_the_hand_in(monkeypatch)
    take_over()
    happens(wave[1])
    monkeypatch.setattr(reconciling, "NOT_TAKEN_AFTER", timedelta(0))

    reconciling.reconcile()

    assert best() == [("rejected", "not_taken")] * 3
    assert printer.hand_ins() == []


def test_print_house_that_acts_and_does_not_answer_is_asked_by_the_key(wave, printer):
    printer.arm(FaultKind.TIMEOUT_AFTER_ACTING, 2)  # the HTTP client repeats a PUT once by itself
    Dispatcher("one").run()
    assert [result for result, _ in best()] == ["unknown"] * 3

    reconciling.reconcile()

    assert best() == [("accepted", "found")] * 3
    assert sorted(printer.printed()) == tags(1, 2, 3)
    assert LetterBatch.objects.get().state == "handed_in"


def test_same_key_again_is_already_accepted(wave, printer):
    Dispatcher("one").run()
    kept = LetterBatch.objects.get()

    outcome, stand = asyncio.run(registry.transport("letter").hand_in(letters.files_of(kept)))

    assert (outcome.result, stand.state) == ("accepted", "accepted")
    assert [line["acted"] for line in printer.hand_ins()] == [True, False]


def test_print_house_that_is_busy_gets_the_letters_later_and_the_unused_file_goes(wave, printer):
    printer.arm(FaultKind.RATE_LIMIT)
    Dispatcher("one").run()

    kept = LetterBatch.objects.get()
    assert (kept.state, kept.code, kept.pdf, kept.manifest) == ("not_sent", "http_429", "", "")
    Chunk.objects.update(not_before=timezone.now())
    Dispatcher("two").run()
    assert [result for result, _ in best()] == ["accepted"] * 3
    assert sorted(printer.printed()) == tags(1, 2, 3)


def test_without_a_return_address_nothing_is_printed_and_nothing_lost(wave, printer, settings):
    settings.LETTER_RETURN_ADDRESS = ""
    Dispatcher("one").run()

    assert best() == [("deferred", "sender_not_configured")] * 3
    assert not LetterBatch.objects.exists()


def test_address_that_cannot_be_printed_is_left_to_people_and_the_others_go(wave, printer):
    customers.apply_changes(
        customer_id=wave[1],
        changes={"address": "東京都渋谷区渋谷1-1-1 コーポ\ue000"},
        confirmed=(),
        source="staff",
        as_of=date(2026, 11, 22),
        actor=SYSTEM,
    )
    Dispatcher("one").run()

    assert best() == [("accepted", ""), ("rejected", "character_not_printable"), ("accepted", "")]
    assert queries.batches()[0].letters == 2
