"""``keizoku letters``: what the batches' pages do, with the same rights."""

import hashlib
import json

import pytest
from click.testing import CliRunner
from django.utils import timezone

from contract.print_house import tags
from keizoku.cli import main
from keizoku.delivery.dispatch import Dispatcher
from keizoku.delivery.letters import queries
from keizoku.delivery.letters.models import LetterReturn
from keizoku.reviews.tests.people import make_staff


@pytest.fixture
def keizoku(wave, monkeypatch):
    monkeypatch.setattr("keizoku.cli.process.start_django", lambda: None)
    make_staff("operator", "operator")
    make_staff("approver", "approver")
    Dispatcher("one").run()
    return lambda *arguments: CliRunner().invoke(main, ["letters", *map(str, arguments)])


def test_batch_is_listed_and_its_files_written(keizoku, tmp_path):
    (batch,) = queries.batches()
    assert f"束 {batch.id}: 3通、印刷会社が受け付けた" in keizoku("list").output

    done = keizoku("export", batch.id, "--out", tmp_path, "--by", "operator")

    assert done.exit_code == 0, done.output
    pdf = (tmp_path / f"keizoku-letters-{batch.id}.pdf").read_bytes()
    assert hashlib.sha256(pdf).hexdigest() == batch.pdf_sha256
    told = json.loads((tmp_path / f"keizoku-letters-{batch.id}.json").read_bytes())
    assert (told["batch"], told["pdf_sha256"], told["letters"]) == (str(batch.key), batch.pdf_sha256, 3)


def test_who_may_not_take_the_files_gets_none(keizoku, tmp_path):
    refused = keizoku("export", queries.batches()[0].id, "--out", tmp_path, "--by", "approver")

    assert refused.exit_code == 1
    assert not list(tmp_path.glob("*.pdf"))


def test_returned_letters_come_one_by_one_or_as_a_table(keizoku, tmp_path):
    today = timezone.localdate().isoformat()
    one, two, _ = tags(1, 2, 3)
    done = keizoku("returned", one, "--reason", "moved", "--on", today, "--by", "operator")
    assert done.exit_code == 0, done.output
    table = tmp_path / "returned.csv"
    table.write_text(
        f"tag,reason,returned_on\n{one},moved,{today}\n{two},refused,{today}\nkz-1,x,y\n", "utf-8"
    )

    done = keizoku("returned", "--file", table, "--by", "operator")

    assert "1通を記録しました。記録できなかった行 2" in done.output
    assert LetterReturn.objects.count() == 2


def test_batch_is_called_off_by_its_number_of_letters(keizoku):
    (batch,) = queries.batches()
    assert keizoku("call-off", batch.id, "--letters", 4, "--by", "operator").exit_code == 1
    assert queries.batch(batch.id).state == "handed_in"

    assert keizoku("call-off", batch.id, "--letters", 3, "--by", "operator").exit_code == 0
    assert queries.batch(batch.id).state == "cancelled"
