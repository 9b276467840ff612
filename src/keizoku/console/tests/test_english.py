"""Every page of the console in English: no word of ours is left in Japanese, be it of a template or of code (ADR 0050).

All routes are walked, each by the role that may most among those that may open it, with one customer of whom there is
something everywhere and a campaign in each state. Hiragana betrays a sentence; what may hold some is written down here.
"""

import re
from html.parser import HTMLParser
from http import HTTPStatus

from django.urls import reverse

from keizoku.accounts.rules import ROLES, may
from keizoku.campaigns.audiences.models import SavedAudience
from keizoku.campaigns.journeys.models import Journey
from keizoku.console.language import COOKIE
from keizoku.console.tests.test_lists import OF_CAMPAIGN, add
from keizoku.console.tests.test_masks import her  # noqa: F401 - a fixture
from keizoku.console.tests.test_permissions import ARGUMENTS, PATTERNS
from keizoku.customers.consents.purposes import purposes
from keizoku.events.models import Subscription

NAMED = (SavedAudience, Journey, Subscription)
HIRAGANA = re.compile(r"[ぁ-ん]")
SHOWN = ("title", "aria-label", "placeholder", "alt", "data-label")
# Whole texts as they are kept: an institution's policies and scorecards, answers, what is sent.
TEXTS = ("textarea", "pre")
# What these tests' people are called and wrote, what an answer says, and what is sent.
WRITTEN = ("さん", "お願い", "夜鳴きについての電話", "止まり木の件", "いいえ")
SENT = "Preview of the letter. "
# What a first installation brings along under Japanese names.
FIRST = (
    *("はじめから入っている対象", "はじめから入っている連絡手順"),
    *("お客さま情報の確認", "法人のお客さま情報の確認", "ご住所の変更", "在留期間の確認"),
)


def data() -> re.Pattern[str]:
    """Words that an institution made and that stay as they are, the longest first."""
    consents = [words for each in purposes().values() for words in (each.label, each.latest.words)]
    names = [name for model in NAMED for name in model.objects.values_list("name", flat=True)]
    longest_first = sorted({*WRITTEN, *FIRST, *consents, *names}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))


class Words(HTMLParser):
    """What is read on a page, text by text, outside whole texts and elements that name their language."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._within: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.found += [value for name in SHOWN if (value := named.get(name))]
        if tag in TEXTS or (named.get("lang") == "ja" and tag != "html"):
            self._within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._within and self._within[-1] == tag:
            self._within.pop()

    def handle_data(self, data: str) -> None:
        if not self._within:
            self.found.append(" ".join(data.split()))


def test_no_page_in_english_has_a_japanese_sentence_left(browser, staff, her):  # noqa: F811 - the fixture
    campaigns = add("1", staff, [her["customer_id"], her["customer_id"] + 1])
    made = data()
    left: dict[str, set[str]] = {}
    looked = set()
    for pattern in PATTERNS:
        permission = pattern.callback.keizoku_permission
        if not permission:
            continue
        role = max((role for role in ROLES if may(role, permission)), key=lambda role: len(ROLES[role]))
        client = browser(role)
        client.cookies[COOKIE] = "en"
        of = [campaign.id for campaign in campaigns.values()] if pattern.name in OF_CAMPAIGN else [0]
        for campaign in of:
            named = {key: her.get(key, ARGUMENTS[key]) for key in pattern.pattern.converters}
            named |= {"campaign_id": campaign} if "campaign_id" in named and campaign else {}
            answer = client.get(reverse(pattern.name, kwargs=named))
            if answer.status_code == HTTPStatus.OK and answer["Content-Type"].startswith("text/html"):
                looked.add(pattern.name)
                for words in Words(answer.content.decode()).found:
                    if HIRAGANA.search(made.sub("", words)) and not words.startswith(SENT):
                        left.setdefault(words, set()).add(pattern.name)
    assert left == {}
    assert len(looked) > 70, "one or the other leads away, as the days and numbers of these customers fall"
