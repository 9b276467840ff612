"""Paper questionnaires: every kind of question has its place, conditions are words, and each page bears the code."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
import zxingcpp

from keizoku.channels.letter import forms, printing
from keizoku.channels.letter.tests.test_printing import LONGEST, SENDER, TODAY, addressee, outgoing
from keizoku.forms import queries
from keizoku.forms.rules.paper_code import FormCode, read_form_code
from keizoku.kernel.documents.tests.pixels import read

REPLIED = replace(
    SENDER,
    reply_name="継続銀行\nお客さま情報確認センター",
    reply_address="東京都千代田区丸の内1-1-1",
    reply_postal_code="1000005",
)
MOMENT = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
KEY = UUID("00000000-0000-4000-8000-000000000001")


@pytest.fixture
def person(db):
    return queries.active("person").row_id


def with_form(published_id, who=None, position=1):
    plain = outgoing(who, position=position)
    return plain._replace(message=plain.message._replace(form=published_id, reference="12345-67890-6"))


def test_letter_with_a_form_counts_its_pages_and_the_manifest_tells_them(person):
    batch = [with_form(person), outgoing(position=2), with_form(person, LONGEST, position=3)]

    made = printing.compose(batch, REPLIED, key=KEY, made_at=MOMENT, on=TODAY)

    told = json.loads(made.manifest)
    pages = 1 + printing.form_pages(person, REPLIED)
    assert pages >= 3
    assert [row["pages"] for row in told["list"]] == [pages, 1, pages]
    assert [row["first_page"] for row in told["list"]] == [1, pages + 1, pages + 2]
    assert [row.get("reply_envelope", False) for row in told["list"]] == [True, False, True]
    assert (told["letters"], told["pages"]) == (3, 2 * pages + 1)
    assert made.pdf.count(b"/Type/Page/") == 2 * pages + 1


def test_each_page_bears_a_code_that_says_whose_review_and_which_version(person):
    pages = printing.form_pictures(with_form(person), REPLIED, on=TODAY, pixels_an_inch=100)

    found = []
    for page in map(read, pages):
        seen = zxingcpp.read_barcodes(memoryview(page.grey).cast("B", (page.height, page.width)))
        found += [read_form_code(code.text) for code in seen if code.text.startswith("1234")]
    assert found == [FormCode(12345678906, person)] * len(pages)


def test_form_holds_the_questions_and_nothing_of_the_record(person):
    told = forms.shown(person)

    assert [question["title"] for question in told["questions"]][:2] == [
        "ご住所に変わりはありませんか",
        "お電話番号に変わりはありませんか",
    ]
    assert set(told) == {"title", "version", "questions"}
    assert set(printing._inputs([with_form(person)], REPLIED, TODAY)["letters"][0]) == {
        *(
            "title",
            "name",
            "honorific",
            "address",
            "postal_code",
            "bars",
            "words",
            "reference",
            "deadline",
            "qr",
            "qr_label",
        ),
        *("tag", "form", "form_qr"),
    }


def test_letters_that_enclose_forms_go_in_smaller_print_files():
    plain, enclosing = outgoing(), with_form(1)

    assert [len(part) for part in printing.print_files([plain] * 120)] == [120]
    assert [len(part) for part in printing.print_files([plain, *[enclosing] * 119])] == [50, 50, 20]
    assert printing.print_files([]) == []


def test_letter_whose_questionnaire_is_not_in_use_is_not_printed():
    assert printing.problem(with_form(0, addressee())) == "no_questionnaire"
    assert printing.problem(with_form(None, addressee())) == ""
