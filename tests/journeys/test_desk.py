"""A reviewer with many cases, by keyboard alone: from the queue to a decision and on to the next case."""

import pytest
from playwright.sync_api import expect

from journeys.people import REVIEWED
from keizoku.reviews.actions import ask_for_help, submit_answer
from keizoku.reviews.rules.reasons import HelpKind
from keizoku.reviews.tests.people import answer_all, open_for

pytestmark = pytest.mark.browser


@pytest.fixture
def waiting(home):
    """Three cases: two answers and a call for help, in the order in which they are due."""

    def arrive():
        first, second, third = open_for(*[home.customer_id(person) for person in REVIEWED], campaign_id=4711)
        for review in (first, second):
            answer_all(review.id)
            submit_answer(review.id, entry="code")
        ask_for_help(third.id, HelpKind.HELP)
        return [review.id for review in (first, second, third)]

    cases = [*home.inside(arrive)]
    for hours, case in enumerate(cases):
        home.sql(
            "UPDATE reviews_deskcase SET due_at = now() - interval '9 years' + %s * interval '1 hour' WHERE review_id = %s",
            hours,
            case,
        )
    return cases


def test_three_cases_by_keyboard_alone(home, staff, waiting):
    approved, asked_again, rests = waiting
    page = staff("reviewer")
    page.goto("/console/desk?due=late")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("次の案件を取る")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.locator("[data-rows] tbody th a").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/console/desk/{approved}?due=late")

    # Taken, and a note typed: letters typed into it are letters. The browser is closed in the middle of it.
    page.keyboard.press("t")
    expect(page.get_by_role("button", name="案件を戻す")).to_be_visible()
    page.keyboard.press("x")
    page.get_by_role("textbox", name="メモ").and_(page.locator(":visible")).focus()
    with page.expect_response(lambda told: "nax" in (told.request.post_data or "")):
        page.keyboard.type("nax")
    page.close()
    assert home.sql("SELECT state FROM reviews_review WHERE id = %s", approved) == [("answered",)]

    page = staff("reviewer")
    page.goto(f"/console/desk/{approved}?due=late")
    expect(page.get_by_role("main")).to_contain_text("書きかけの決定が残っています")
    expect(page.locator("#id_note_reject")).to_have_value("nax")
    page.keyboard.press("a")
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/console/desk/{asked_again}?due=late")
    expect(page.get_by_role("main")).to_contain_text("決定しました：承認する")

    page.keyboard.press("r")
    page.keyboard.press("3")
    page.locator("input[name=asked][value=occupation]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/console/desk/{rests}?due=late")
    page.keyboard.press("s")
    page.keyboard.press("2")
    page.get_by_label("戻す日").fill(
        home.sql("SELECT ((keizoku_business_now() AT TIME ZONE 'Asia/Tokyo')::date + 1)::text")[0][0]
    )
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("案件を後回しにしました")
    assert home.sql("SELECT state FROM reviews_review WHERE id = ANY(%s) ORDER BY id", waiting) == [
        ("approved",),
        ("asked_again",),
        ("needs_person",),
    ]
    assert home.sql("SELECT asked FROM reviews_decision WHERE review_id = %s", asked_again) == [
        (["occupation"],)
    ]

    # Switched off, the keys are only letters, in this browser from now on.
    page.goto("/console/desk")
    page.get_by_role("button", name="キー操作を切る").click()
    page.reload()
    page.locator("body").press("n")
    expect(page).to_have_url(f"{home.web}/console/desk")
