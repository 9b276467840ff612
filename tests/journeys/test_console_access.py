"""The console for everybody: axe finds nothing on a page of each kind, in Japanese and in English (WCAG 2.2 AA)."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from journeys.people import DECIDED
from journeys.test_access import TAGS
from keizoku.reviews.actions import submit_answer
from keizoku.reviews.tests.people import answer_all, open_for

pytestmark = pytest.mark.browser

OPTIONS = {"runOnly": TAGS, "resultTypes": ["violations"]}
# A list, a chart, a form, a composer, a wizard's page; each is also examined in English where its words are longest.
PLAIN = ("", "desk", "audiences/new", "journeys/new", "settings/imports/new")
ENGLISH = ("campaigns/new", "customers/{customer}", "own")


@pytest.fixture
def case(home):
    """An answer that waits on the desk."""

    def arrive():
        (review,) = open_for(home.customer_id(DECIDED), campaign_id=4712)
        answer_all(review.id)
        submit_answer(review.id, entry="code")
        return review.id

    return home.inside(arrive)


def examine(page: Page, path: str, language: str = "ja") -> None:
    page.goto(f"/console/{path}")
    assert page.locator("html").get_attribute("lang") == language
    found = Axe().run(page, options=OPTIONS).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], (page.url, language)


def speak_english(page: Page) -> None:
    page.locator("header button[value=en]").click()
    page.wait_for_selector("html[lang=en]")


def test_axe_finds_nothing_on_a_page_of_each_kind(home, staff, visitor, sendai, case):
    guest = visitor().page
    examine(guest, "sign-in")
    speak_english(guest)
    examine(guest, "sign-in", "en")

    operator, customer = staff("operator"), home.customer_id(DECIDED)
    for path in (*PLAIN, f"campaigns/{sendai}", f"campaigns/{sendai}/numbers"):
        examine(operator, path)
    speak_english(operator)
    for path in ENGLISH:
        examine(operator, path.format(customer=customer), "en")

    reviewer = staff("reviewer")
    examine(reviewer, f"desk/{case}")
    speak_english(reviewer)
    examine(reviewer, f"desk/{case}", "en")

    compliance = staff("compliance")
    for path in ("audit", "settings/retention", "settings/scorecards/draft"):
        examine(compliance, path)
