"""紙の回答 in the console: registered by a scan, keyed by two, compared, resolved; nothing of the record is shown."""

import pytest

from keizoku.console.tests.pages import words
from keizoku.forms import queries as questionnaires
from keizoku.forms.rules.paper_code import write_form_code
from keizoku.kernel.clock import business_today
from keizoku.reviews.models import Answer
from keizoku.reviews.paper.models import PaperForm, PaperKeying
from keizoku.reviews.tests import people

TICKED = {
    "answer_address_known": "same",
    "answer_phone_known": "same",
    "answer_occupation": "pensioner",
    "answer_purpose": "salary",
    "answer_remittance": "no",
    "place": "1",
}


@pytest.fixture
def review(customers):
    return people.open_for(customers[0])[0]


def register(client, review, **more):
    code = write_form_code(review.reference, questionnaires.active("person").row_id)
    typed = {"code": code, "received_on": business_today().isoformat(), "condition": "complete"} | more
    return client.post("/console/paper/register", typed)


def form_of(review):
    return PaperForm.objects.filter(review=review).latest("id").id


def test_form_is_registered_keyed_by_two_and_handed_in(browser, review):
    one, two = browser("operator"), browser("reviewer")
    assert register(one, review, received_on="令和8年1月1日").status_code == 422
    assert "用紙のようすを選んでください" in words(register(one, review, condition=""))
    answer = register(one, review)
    form = form_of(review)
    assert (answer.status_code, answer.url) == (302, f"/console/paper/{form}")
    assert "1人目の入力を始める" in words(one.get(answer.url))

    page = words(one.get(f"/console/paper/{form}/key"))
    assert "ご住所に変わりはありませんか" in page
    assert "渋谷" not in page
    assert "山田" not in page
    assert one.post(f"/console/paper/{form}/key", TICKED).status_code == 302
    again = one.get(f"/console/paper/{form}/key")
    assert "1人目として入力しました" in words(again)
    two.post(f"/console/paper/{form}/key", TICKED | {"place": "2"})

    assert Answer.objects.get().entry == "paper"
    assert "2人の入力が合いました" in words(two.get(f"/console/paper/{form}"))
    listed = words(one.get("/console/paper"))
    assert "回答にした" in listed
    assert "<time" not in listed + words(one.get(f"/console/paper/{form}"))


def test_wrong_entry_stands_at_its_question_and_nothing_typed_is_lost(browser, review):
    client = browser("operator")
    register(client, review)
    form = form_of(review)
    typed = TICKED | {"answer_phone_known": "changed", "answer_phone": "090-12", "answer_purpose": "savings"}

    page = client.post(f"/console/paper/{form}/key", typed)

    assert page.status_code == 422
    assert "2. お電話番号に変わりはありませんか" in words(page)
    assert 'value="090-12"' in page.content.decode()
    assert 'value="savings" checked' in page.content.decode()
    assert not PaperKeying.objects.exists()
    assert client.post(f"/console/paper/{form}/key", typed | {"unreadable_phone": "yes"}).status_code == 302


def test_differences_stand_side_by_side_and_one_is_chosen_or_typed(browser, review):
    one, two = browser("operator"), browser("reviewer")
    register(one, review)
    form = form_of(review)
    one.post(
        f"/console/paper/{form}/key", TICKED | {"answer_purpose": "savings", "unreadable_address": "yes"}
    )
    two.post(f"/console/paper/{form}/key", TICKED | {"place": "2"})

    page = words(two.get(f"/console/paper/{form}/doubts"))
    assert "貯蓄" in page
    assert "給与受取" in page
    assert "読めない" in page
    assert two.post(f"/console/paper/{form}/doubts", {"chosen_purpose": "1"}).status_code == 422
    unread = two.post(f"/console/paper/{form}/doubts", {"chosen_purpose": "1", "chosen_address": "1"})
    assert "用紙を見て入力してください" in words(unread)
    done = two.post(
        f"/console/paper/{form}/doubts",
        {"chosen_purpose": "other", "answer_purpose": "loan", "chosen_address": "2"},
    )

    assert (done.status_code, done.url) == (302, f"/console/paper/{form}")
    assert Answer.objects.get().entry == "paper"


def test_unusable_form_says_why_and_what_to_do(browser, review):
    client = browser("operator")
    answer = register(client, review, condition="unsigned")

    page = words(client.get(answer.url))
    assert "署名がありません" in page
    assert "署名のある用紙をお願いしてください" in page


def test_scanned_code_leads_to_its_form_and_a_slip_is_told(browser, review):
    client = browser("operator")
    register(client, review)
    code = f"{review.reference:011d}"

    assert client.post("/console/paper", {"code": code}).url == f"/console/paper/{form_of(review)}"
    assert client.post("/console/paper", {"code": "12345678901"}).status_code == 422
    assert client.get("/console/paper", {"code": code}).status_code == 200, "an address carries no code"


def test_picture_is_shown_as_what_it_is_and_nothing_else_is_taken(browser, review, tmp_path):
    client = browser("operator")
    register(client, review)
    form = form_of(review)
    assert client.get(f"/console/paper/{form}/scan").status_code == 404
    picture, other = tmp_path / "scan.png", tmp_path / "page.html"
    picture.write_bytes(b"\x89PNG\r\n\x1a\nink")
    other.write_bytes(b"<script>")

    with picture.open("rb") as file:
        client.post(f"/console/paper/{form}/attach", {"scan": file})
    shown = client.get(f"/console/paper/{form}/scan")
    with other.open("rb") as file:
        refused = client.post(f"/console/paper/{form}/attach", {"scan": file})

    assert b"".join(shown.streaming_content) == b"\x89PNG\r\n\x1a\nink"
    assert (shown["Content-Type"], shown["X-Content-Type-Options"]) == ("image/png", "nosniff")
    assert refused.status_code == 422
    assert PaperForm.objects.get().scan_type == "image/png"


def test_corporations_lists_grow_row_by_row_and_keep_what_was_typed(browser, customers, db):
    from keizoku.customers.models import Fact

    review = people.open_for(customers[0])[0]
    Fact.objects.filter(customer_id=customers[0]).update(kind="corporation")
    client = browser("operator")
    code = write_form_code(review.reference, questionnaires.active("corporation").row_id)
    register(client, review, code=code)
    form = form_of(review)

    page = client.post(
        f"/console/paper/{form}/key",
        {"answer_owners_1_name": "代表 太郎", "act": "more-owners", "place": "1"},
    ).content.decode()

    assert "2人目" in page
    assert 'value="代表 太郎"' in page
