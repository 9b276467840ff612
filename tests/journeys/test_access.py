"""The customer's pages for everybody: axe finds nothing in any state, words and targets are large, little is loaded, three taps do.

WCAG 2.2 AA by axe's rules; what axe cannot see (sizes, bytes, requests, shifts of the layout) is measured here.
"""

import base64
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response

from journeys import customer
from journeys.people import EXAMINED, LOCKED_OUT, QUICK

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("sendai")]

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FIRST_LOAD_BYTES, MOST_REQUESTS = 60_000, 6
# Text below 16 px, and what is pressed below 44 px; a reading over its kanji and a link within a sentence are exempt.
SMALL = """() => {
  const seen = e => e.checkVisibility() && e.getBoundingClientRect().width > 1;
  const texts = [...document.querySelectorAll('body *')].filter(e => seen(e) && !e.closest('rt, .skip, option') &&
    [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) && parseFloat(getComputedStyle(e).fontSize) < 16);
  const targets = [...document.querySelectorAll('main a, main button, main label.choice, main input:not([type=radio], [type=checkbox], [type=hidden]), select, textarea, header button, footer a')]
    .filter(e => seen(e) && !e.closest('p:not([class])') && e.getBoundingClientRect().height < 43.5);
  return [...texts, ...targets].map(e => e.outerHTML.slice(0, 90));
}"""
SHIFTS = """() => new Promise(told => {
  let shifts = 0;
  new PerformanceObserver(list => { shifts += list.getEntries().length; }).observe({type: 'layout-shift', buffered: true});
  requestAnimationFrame(() => requestAnimationFrame(() => told(shifts)));
})"""


def examine(page: Page, state: str) -> None:
    """One state of the pages, in whatever language it is in."""
    page.wait_for_selector(f"main[data-state={state}]")
    found = Axe().run(page, options={"runOnly": TAGS, "resultTypes": ["violations"]}).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found] == [], (page.url, state)
    assert page.evaluate(SMALL) == [], (page.url, state)


def press(page: Page, value: str) -> None:
    page.locator(f"main button[value={value}]").click()


def code_in_mail(home, person) -> str:
    """The six digits that came by mail."""

    def found() -> str | None:
        for entry in home.journal("smtp"):
            if entry["verb"] == "DATA" and entry["recipients"] == [person.mail]:
                body = entry["body"]
                raw = base64.b64decode(body) if entry["body_encoding"] == "base64" else body.encode()
                text = raw.decode("utf-8", "replace")
                parts = [text, *(_decoded(part) for part in re.findall(r"(?:[A-Za-z0-9+/=]{40,}\s*)+", text))]
                for part in parts:
                    if digits := re.search(r"確認番号は (\d{6})", part):
                        return digits[1]
        return None

    return home.wait(found, "no code by mail")


def _decoded(part: str) -> str:
    try:
        return base64.b64decode(part).decode("utf-8", "replace")
    except ValueError:
        return ""


def test_axe_finds_nothing_in_any_state_of_a_walk_with_a_new_address_and_a_code(home, visitor):
    page = visitor().page
    link = home.line_to(EXAMINED).link
    for path, state in (
        ("/", "entry"),
        ("/check", "check"),
        ("/purposes", "purposes"),
        ("/line/link", "link"),
        (f"{link[:-2]}zz", "expired"),
        (f"{link}/help", "help"),
        (f"{link}/not-you", "not_you"),
    ):
        page.goto(path)
        examine(page, state)
    page.goto("/check")
    page.get_by_label("お知らせに書いてある受付番号").fill(home.line_to(EXAMINED).code)
    page.get_by_role("button", name="確かめる").click()
    examine(page, "check")
    assert "LINE" in page.locator("main .facts").first.inner_text()
    page.goto(link)
    examine(page, "identify")
    customer.identify(page, EXAMINED, day=EXAMINED.birth_date.day % 28 + 1)
    examine(page, "identify")
    customer.identify(page, EXAMINED, shows_all=True)
    for language in ("en", "easy", "ja"):
        page.locator(f"header button[value={language}]").click()
        page.wait_for_selector(f"header button[value={language}][aria-current]")
        examine(page, "unchanged")
    press(page, "changed")
    examine(page, "question")
    customer.go_on(page)
    examine(page, "question")
    page.get_by_label("変わりました").check()
    page.get_by_label("郵便番号").fill("100-0005")
    page.get_by_label("住所", exact=True).fill("東京都千代田区丸の内1-1-1")
    customer.go_on(page)
    customer.say_unchanged(page)
    examine(page, "question")
    customer.choose(page, "会社員")
    customer.choose(page, "給与受取")
    examine(page, "question")
    customer.choose(page, "いいえ")
    examine(page, "prove")
    press(page, "send")
    examine(page, "prove_code")
    page.get_by_label("確認番号").fill("12345")
    press(page, "check")
    page.get_by_role("alert").wait_for()
    examine(page, "prove_code")
    page.get_by_label("確認番号").fill(code_in_mail(home, EXAMINED))
    press(page, "check")
    examine(page, "confirm")
    assert "確認番号でご本人を確認しました" in page.locator("main").inner_text()
    customer.hand_in(page)
    examine(page, "done")
    assert home.sql("SELECT proof FROM reviews_answer WHERE review_id = %s", home.review(EXAMINED, "id")) == [
        ("strong",)
    ]
    page.goto(link)
    examine(page, "closed")


def test_three_taps_do_where_nothing_has_changed(home, visitor):
    page = visitor().page
    page.goto(home.line_to(QUICK).link)
    customer.identify(page, QUICK, shows_all=True)
    taps = [
        page.get_by_label("いいえ", exact=True),
        page.get_by_role("button", name="変わりありません。次へ進む"),
        page.get_by_role("button", name="この内容で送る"),
    ]
    for tap in taps:
        tap.click()
    customer.heading(page, "お答えを受け付けました")
    assert (
        home.number(
            "SELECT count(*) FROM reviews_proposedchange WHERE review_id = %s AND is_change",
            home.review(QUICK, "id"),
        )
        == 0
    )


def test_first_load_is_small_asks_little_and_waits_for_no_script(home, visitor):
    link = home.line_to(LOCKED_OUT).link
    for path in ("/", link, "/check", "/purposes"):
        page = visitor().page
        answers: list[Response] = []
        page.on("response", lambda answer, answers=answers: answers.append(answer))
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert len(answers) <= MOST_REQUESTS, [each.url for each in answers]
        assert sum(len(each.body()) for each in answers) <= FIRST_LOAD_BYTES
        assert page.locator("script:not([defer], [async], [type=module])").count() == 0
        assert page.evaluate(SHIFTS) == 0
        page.context.close()
