"""連絡手順 in the console: drawn, written step by step, compared, put away; whatever was typed is kept."""

from keizoku.campaigns.audiences import queries as audiences
from keizoku.campaigns.journeys import actions, queries
from keizoku.campaigns.journeys.models import JourneyVersion
from keizoku.campaigns.journeys.tests.making import drafted, maker, saved
from keizoku.console.tests.pages import do, go, words
from keizoku.ui.tests.page import Page


def posted(**changes):
    """The editor's form with one step by LINE."""
    step = drafted("line").steps[0]
    told = {
        "name": "わたしの手順",
        "opens": "9:00",
        "closes": "20:00",
        "step-1-channel": "line",
        "step-1-wait": "0",
        "step-1-who": "",
        "step-1-body": step.body,
        "step-1-button": step.button_label,
        "act": "save",
    }
    return {**told, **changes}


def test_journey_is_drawn_with_its_hours_and_with_an_audiences_numbers(browser, customers):
    version = queries.newest_named("LINEのあと、メール")
    client = browser("operator")

    plain = words(go(client, "console-journey", version.journey_id))
    assert "9:00〜20:00、土日・祝日・年末年始（12月31日〜1月3日）は送りません" in plain
    assert "7日後、答えのない方へ" in plain
    assert "1通 0.1円" in plain

    chosen = str(audiences.by_origin("due_0").id)
    assert "多くても 5円" in words(go(client, "console-journey", version.journey_id, audience=chosen))


def test_editor_saves_what_was_written_and_shows_it_as_the_customer_sees_it(browser):
    client = browser("operator")
    shown = do(client, "console-journey-words", **posted(shown="1", **{"step-1-button": "はじめる"}))
    assert '<p class="phone-button">はじめる</p>' in shown.content.decode()

    answer = do(client, "console-journey-new", **posted(per_day="1,000", days=["weekends", "holidays"]))

    assert answer.status_code == 302, words(answer)
    kept = queries.newest_named("わたしの手順").draft
    assert (kept.pace.per_day, kept.calendar.weekends, kept.calendar.year_end) == (1000, True, False)


def test_steps_are_added_moved_and_taken_away_and_nothing_typed_is_lost(browser):
    client = browser("operator")
    added = Page(do(client, "console-journey-new", **posted(act="add-email")).content.decode())
    assert [each["value"] for each in added.all("input", name="step-2-channel")] == ["email"]
    assert added.all("input", name="name")[0]["value"] == "わたしの手順"
    two = posted(**{"step-2-channel": "sms", "step-2-wait": "5", "step-2-body": "{reference}", "act": "up-2"})
    moved = Page(do(client, "console-journey-new", **two).content.decode())
    assert [moved.all("input", name=f"step-{place}-channel")[0]["value"] for place in (1, 2)] == [
        "sms",
        "line",
    ]
    assert moved.all("input", name="step-1-wait")[0]["value"] == "0"
    left = Page(do(client, "console-journey-new", **{**two, "act": "remove-1"}).content.decode())
    assert len(left.all("input", name="step-2-channel")) == 0
    assert queries.newest_named("わたしの手順") is None


def test_mistakes_are_named_at_their_fields_and_nothing_is_kept(browser):
    before = JourneyVersion.objects.count()
    wrong = posted(
        name="", opens="20:00", closes="9:00", per_hour="x", **{"step-1-body": "見てください https://x.jp/"}
    )
    answer = do(browser("operator"), "console-journey-new", **wrong)
    shown = words(answer)
    assert answer.status_code == 422
    for part in (
        "連絡手順の名前を60文字までで入力してください",
        "送る時間帯は、始まりを終わりより前にしてください",
        "人数を数字で入力するか、空けてください",
        "https://x.jp/",
    ):
        assert part in shown
    assert JourneyVersion.objects.count() == before


def test_next_version_says_what_changed_and_a_slower_hand_loses_nothing(browser):
    version = queries.version(saved("line", name="わたしの手順"))
    client = browser("operator")
    page = go(client, "console-journey-edit", version.journey_id)
    assert Page(page.content.decode()).all("input", name="after_version")[0]["value"] == "1"
    actions.save(drafted("line", "sms", name="わたしの手順"), maker(), journey_id=version.journey_id)

    late = do(client, "console-journey-edit", version.journey_id, **posted(after_version="1", note="急ぎ"))
    assert late.status_code == 409
    assert "ほかの人が先に第2版を保存しました" in words(late)
    assert Page(late.content.decode()).all("input", name="note")[0]["value"] == "急ぎ"

    do(client, "console-journey-edit", version.journey_id, **posted(after_version="2", note="SMSなし"))
    shown = words(go(client, "console-journey", version.journey_id))
    assert "手順2 SMS" in shown
    assert "SMSなし" in shown
    assert "前の版を見ています" in words(go(client, "console-journey", version.journey_id, version="1"))


def test_journey_is_put_away_and_brought_back(browser):
    version = queries.version(saved("line", name="わたしの手順"))
    client = browser("operator")
    do(client, "console-journey-archive", version.journey_id)
    assert "しまった連絡手順" in words(go(client, "console-journeys"))
    assert queries.newest_named("わたしの手順") is None
    do(client, "console-journey-restore", version.journey_id)
    assert queries.newest_named("わたしの手順") is not None


def test_who_only_reads_sees_no_button_and_cannot_save(browser):
    version = queries.version(saved("line", name="わたしの手順"))
    reader = browser("approver")
    shown = words(go(reader, "console-journey", version.journey_id))
    assert "写して新しく作る" not in shown
    assert do(reader, "console-journey-new", **posted()).status_code == 403
