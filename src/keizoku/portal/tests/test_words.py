"""Every word of the customer's pages is there in easy Japanese and in English; readings stand over every kanji."""

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string

from keizoku import forms
from keizoku.forms.actions import save_draft
from keizoku.forms.models import QuestionnaireVersion
from keizoku.forms.rules import evaluation, lists, wording
from keizoku.forms.rules.registered import FAULTS
from keizoku.identity import errors as identity_errors
from keizoku.identity.rules.purposes import LEGAL_USE_WORDS, PURPOSE_WORDS
from keizoku.identity.rules.steps import KIND_WORDS
from keizoku.kernel.text import ruby
from keizoku.portal import reasons
from keizoku.portal.tests.browser import IDENTITY, Browser
from keizoku.portal.tests.test_pages import COMMON, PAGES
from keizoku.portal.views import identity
from keizoku.reviews import errors
from keizoku.reviews.models import Review
from keizoku.reviews.queries import code_of
from keizoku.reviews.rules.reasons import HELP_WORDS, HelpKind
from keizoku.reviews.tokens import token_for
from keizoku.ui import speaking
from keizoku.ui.tests.page import Page

LANGUAGES = ("easy", "en")
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
TEMPLATES = Path(__file__).parents[1] / "templates" / "portal"
# What a reader of another language meets as it is: the institution, what he sends to LINE, examples of addresses.
AS_IT_IS = re.compile(
    r"継続銀行|“連携[^”]*”|東京都渋谷区渋谷1-2-3|東京都●●|\((?:昭和|平成|令和|大正|口座番号)\)"
)
PORTAL_REFUSALS = (
    errors.CodeMalformed(),
    errors.CodeUnknown(),
    errors.TooManyGuesses(),
    errors.IdentityMismatch(3),
    errors.CodeNotOffered(),
    errors.CodeTooSoon(),
    errors.CodeWrong(),
    identity_errors.KindNotChosen(),
    identity_errors.KindFixed(),
)
PLACE = re.compile(r"\{(\d?)(?::[^{}]*)?\}")


def sentences(words):
    return re.findall(r"[^。]+。?", words)


def of_templates():
    """The Japanese words that a template's tags are given."""
    for path in TEMPLATES.glob("*.html"):
        text = re.sub(r"\{% comment %\}.*?\{% endcomment %\}", "", path.read_text("utf-8"), flags=re.DOTALL)
        for each in re.findall(r"\{%.*?%\}", text):
            yield from (words for words in re.findall(r'"([^"]+)"', each) if JAPANESE.search(words))


def of_rules():
    for module in (evaluation, lists):
        constants = (value for name, value in vars(module).items() if name.isupper())
        yield from (value for value in constants if isinstance(value, str) and JAPANESE.search(value))
    yield from (*lists.IMPOSSIBLE.values(), *FAULTS.values())
    yield from (
        *reasons.WORDS.values(),
        *identity.HINTS.values(),
        *identity.STEPS.values(),
    )
    yield from (*PURPOSE_WORDS.values(), *LEGAL_USE_WORDS.values(), *KIND_WORDS.values())
    for refusal in PORTAL_REFUSALS:
        yield from (refusal.message, refusal.remedy)
    yield from (words for kind, words in HELP_WORDS.items() if kind is not HelpKind.NOT_YOU)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_that_a_customer_reads_lacks_words(language):
    missing = []
    with speaking.spoken_in(language):
        for words in {*of_templates(), *of_rules()}:
            if words in speaking.table(language):
                continue
            missing += [each for each in sentences(words) if speaking.say(each) == each]
    assert sorted(set(missing)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_take_as_many_fillings_as_the_japanese(language):
    for japanese, said in speaking.table(language).items():
        places, used = PLACE.findall(japanese), PLACE.findall(said)
        assert len(used) <= len(places), japanese
        assert all(int(number) < len(places) for number in used if number), japanese


def test_easy_japanese_has_readings_and_short_sentences():
    for said in speaking.table("easy").values():
        assert ruby.unread(said) == []
        longest = max(map(len, re.split("[。？]", ruby.plain(said))))
        assert longest <= wording.LONGEST_EASY_SENTENCE + 8, said


# These show a questionnaire's own words, or a record's, as the examples have them: in Japanese.
OWN_WORDS = ("question", "confirm", "unchanged", "help wrong")


@pytest.mark.parametrize("name", [name for name in PAGES if not name.startswith(OWN_WORDS)])
def test_page_in_english_holds_no_japanese(name):
    template, context = PAGES[name]
    if context.get("errors"):
        context = {**context, "errors": {}}
    with speaking.spoken_in("en"):
        html = render_to_string(f"portal/{template}.html", {**COMMON, "contact_hours": "", **context})
    page = Page(html)
    assert page.all("html")[0]["lang"] == "en"
    assert page.faults() == []
    for element in (page.all("main")[0], page.all("footer")[0], page.all("title")[0]):
        found = JAPANESE.search(AS_IT_IS.sub("", page.text(element)))
        assert found is None, page.text(element)


@pytest.fixture
def in_three_languages(review):
    """The review is asked the newest questions for a person, which have words in each language."""
    text = (Path(forms.__file__).parent / "questionnaires" / "person-2.toml").read_text("utf-8")
    version = QuestionnaireVersion.objects.create(questionnaire="person", version=2, text=text, digest="x")
    save_draft(review.id, questionnaire_id=version.id, answers={})


def test_customer_walks_in_english_and_is_remembered_on_another_device(customer, review, in_three_languages):
    link = f"/r/{token_for(review.id, review.reference)}"
    customer.open("/").speak("en")
    assert (customer.path, Page(customer.html).all("html")[0]["lang"]) == ("/", "en")
    assert "Reference number" in customer.text
    customer.post(code="12345")
    assert "One of the digits seems to be wrong. Please enter the 11 digits" in customer.text
    customer.post(code=code_of(review.reference)).post(**{**IDENTITY, "account_last4": "9999"})
    assert "You can try 4 more times." in customer.text
    customer.post(**IDENTITY)
    assert "Are your details still the same?" in customer.text
    assert Review.objects.get().language == "en"
    customer.one_by_one()
    assert "Is your address still the same?" in customer.text
    customer.post(answer_address_known="changed", answer_address="x")
    assert "Please enter the postal code in 7 digits" in customer.text

    other = Browser().open(link)
    assert "Confirming who you are" in other.text, "the landing of a message remembers"
    other.post(**IDENTITY)
    assert "Are your details still the same?" in other.text
    other.speak("easy")
    assert Review.objects.get().language == "easy"
    assert "<ruby>住所<rt>じゅうしょ</rt></ruby>" in other.html
    assert Page(other.html).all("html")[0]["lang"] == "ja"
    assert "《" not in other.html
    other.one_by_one().answer_all()
    assert "<ruby>職業" not in other.html
    assert "《" not in other.html
    other.post()
    assert other.state == "done"
    other.speak("ja")
    assert "お答えを受け付けました" in other.text


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_choice_of_a_language_leads_nowhere_else(customer, back):
    customer.open("/")
    token, *_ = Page(customer.html).all("input", name="csrfmiddlewaretoken")
    posted = {"language": "en", "next": back, "csrfmiddlewaretoken": token["value"]}
    assert customer.client.post("/language", posted)["Location"] == "/"
    assert customer.client.post("/language", {**posted, "language": "xx"})["Location"] == "/"
    assert customer.client.session["portal.language"] == "en"
