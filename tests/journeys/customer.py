"""A customer at the portal's pages: what is typed and pressed, in the words that stand there."""

from playwright.sync_api import Page, expect

from journeys.world import Person


def heading(page: Page, words: str) -> None:
    """Wait until the page's one heading says so."""
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def go_on(page: Page) -> None:
    page.get_by_role("button", name="次へ進む").click()


def identify(page: Page, person: Person, *, day: int | None = None, shows_all: bool = False) -> None:
    """Fill in the identification and go to the first question; ``day`` is a wrong day of birth.

    ``shows_all``: stay on the page of all known values.
    """
    page.locator("#id_birth_year").fill(str(person.birth_date.year))
    page.locator("#id_birth_month").fill(str(person.birth_date.month))
    page.locator("#id_birth_day").fill(str(day or person.birth_date.day))
    page.locator("#id_account_last4").fill(person.account_last4)
    with page.expect_navigation():
        go_on(page)
    if not shows_all and page.locator("main[data-state=unchanged]").count():
        page.get_by_role("button", name="変わったものがあります").click()


def enter_code(page: Page, code: str) -> None:
    page.goto("/")
    page.get_by_label("受付番号").fill(code)
    go_on(page)


def say_unchanged(page: Page) -> None:
    page.get_by_label("変わりありません").check()
    go_on(page)


def choose(page: Page, answer: str) -> None:
    page.get_by_label(answer, exact=True).check()
    go_on(page)


def answer_all(page: Page) -> None:
    """From the first question to the page that shows everything once more; nothing has changed."""
    say_unchanged(page)
    say_unchanged(page)
    choose(page, "会社員")
    choose(page, "給与受取")
    choose(page, "いいえ")
    heading(page, "お答えの確認")


def without_code(page: Page) -> None:
    """A changed contact point: on without a code, and a person decides."""
    heading(page, "確認番号を受け取ってください")
    page.get_by_role("button", name="受け取れないので、このまま進む").click()


def hand_in(page: Page) -> None:
    page.get_by_role("button", name="この内容で送る").click()
    heading(page, "お答えを受け付けました")
