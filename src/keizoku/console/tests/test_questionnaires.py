"""The questionnaires' screens: a question is written while it is looked at, asked for by one, approved by another."""

import pytest

from keizoku.console.tests.pages import do, go, words
from keizoku.forms import queries
from keizoku.forms.models import Edition, EditionStep
from keizoku.forms.rules.definition import Kind
from keizoku.forms.rules.states import State
from keizoku.kernel.conditions import All, Compare, Operator

TITLE = "お客さま情報の確認"
STUDIES = {
    "seen": "1",
    "before": "",
    "do": "save",
    "id": "studies",
    "kind": "single_choice",
    "title": "どこで学んでいますか",
    "why": "お取引の確認のためです。",
    "required": "yes",
    "choices": "school = 高校\r\nuniversity = 大学",
    "c_word": "all",
    "c_parts": "1",
    "c_0_field": "occupation",
    "c_0_was": "occupation",
    "c_0_operator": "one_of",
    "c_0_value": "student",
    "en_title": "Where do you study?",
    "easy_choices": "school = 高校《こうこう》\r\nuniversity = 大学《だいがく》",
}


@pytest.fixture
def drafted(browser):
    """The next version of what persons are asked, by the operator."""
    do(browser("operator"), "console-questionnaire-begin", questionnaire="person")
    return Edition.objects.get(state=State.DRAFT)


def add(browser, edition, role="operator", **changes):
    typed = {key: value for key, value in (STUDIES | changes).items() if value is not None}
    return do(browser(role), "console-questionnaire-add", edition.id, **typed)


def newest(edition):
    return queries.edition(edition.id)


def test_compliance_adds_a_question_and_another_puts_it_in_use(browser, drafted):
    assert add(browser, drafted, role="compliance").status_code == 302
    question = newest(drafted).questionnaire.questions[-1]
    assert (question.id, question.kind, question.is_required) == ("studies", Kind.SINGLE_CHOICE, True)
    assert question.when == All((Compare("occupation", Operator.ONE_OF, ("student",)),))
    told = newest(drafted).questionnaire.words
    assert told["en"]["studies.title"] == "Where do you study?"
    assert told["easy"]["studies.choice.school"] == "高校《こうこう》"

    do(browser("operator"), "console-questionnaire-request", drafted.id)
    shown = words(go(browser("approver"), "console-questionnaire-approve", drafted.id))
    assert "質問を足す" in shown
    assert "どこで学んでいますか" in shown
    wrong = do(browser("approver"), "console-questionnaire-approve", drafted.id, typed_title="別の題名")
    assert wrong.status_code == 422
    assert queries.active("person").questionnaire.version == 1
    digest = newest(drafted).row.digest
    do(browser("approver"), "console-questionnaire-approve", drafted.id, typed_title=TITLE, digest=digest)
    assert queries.active("person").questionnaire.question("studies") is not None


@pytest.mark.parametrize("role", ["operator", "compliance"])
def test_writer_is_not_let_to_the_approval(browser, drafted, role):
    assert go(browser(role), "console-questionnaire-approve", drafted.id).status_code == 403


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"title": ""}, "1文字から"),
        ({"title": "暗証番号を教えてください"}, "暗証番号・パスワード"),
        ({"choices": "school = 高校"}, "2個から100個の選択肢"),
        ({"id": "address"}, "同じ名前の質問"),
        ({"id": "A B"}, "英小文字で始まる"),
        ({"c_0_value": None}, "値を1つ以上選んでください"),
        ({"en_title": "Your password"}, "暗証番号・パスワード"),
        ({"kind": "number", "choices": "", "least": "9", "most": "1"}, "least（最小）と most（最大）"),
        ({"seen": "7"}, "先に変えました"),
    ],
)
def test_fault_is_told_and_what_was_typed_stays(browser, drafted, changes, told):
    answer = add(browser, drafted, **changes)
    assert answer.status_code in (409, 422)
    assert told in words(answer)
    assert STUDIES["why"] in answer.content.decode()
    assert EditionStep.objects.filter(edition=drafted).count() == 1


def test_buttons_of_the_condition_keep_what_was_typed_and_save_nothing(browser, drafted):
    answer = add(browser, drafted, do="add:c")
    assert answer.status_code == 200
    assert 'name="c_1_field"' in answer.content.decode()
    assert STUDIES["title"] in answer.content.decode()
    assert EditionStep.objects.filter(edition=drafted).count() == 1


def test_question_is_changed_moved_removed_and_brought_back(browser, drafted):
    operator = browser("operator")
    form = go(operator, "console-questionnaire-change", drafted.id, "occupation").content.decode()
    assert "company_employee = 会社員" in form
    assert 'value="occupation"' in form
    do(operator, "console-questionnaire-arrange", drafted.id, seen="1", do="up:phone")
    do(operator, "console-questionnaire-arrange", drafted.id, seen="2", do="remove:remittance")
    assert [each.id for each in newest(drafted).questionnaire.questions] == [
        "phone",
        "address",
        "occupation",
        "purpose",
    ]
    late = do(operator, "console-questionnaire-arrange", drafted.id, seen="2", do="remove:purpose")
    assert late.status_code == 409
    do(operator, "console-questionnaire-undo", drafted.id, 1)
    assert len(newest(drafted).questionnaire.questions) == 5
    assert "前の時点に戻した" in words(go(operator, "console-questionnaire", drafted.id))


def test_question_that_others_depend_on_is_not_removed_without_them(browser, drafted):
    add(browser, drafted)
    answer = do(
        browser("operator"), "console-questionnaire-arrange", drafted.id, seen="2", do="remove:occupation"
    )
    assert answer.status_code == 409
    assert newest(drafted).questionnaire.question("occupation") is not None


def test_preview_shows_the_question_as_typed_in_each_language(browser, drafted):
    client = browser("operator")
    typed = STUDIES | {"preview_language": "easy"}
    shown = do(client, "console-questionnaire-preview", drafted.id, **typed)
    assert "<ruby>高校<rt>こうこう</rt></ruby>" in shown.content.decode()
    english = do(client, "console-questionnaire-preview", drafted.id, **(typed | {"preview_language": "en"}))
    assert "Where do you study?" in english.content.decode()
    unfinished = do(client, "console-questionnaire-preview", drafted.id, **(typed | {"title": ""}))
    assert "質問とたずねる理由を入力すると、" in unfinished.content.decode()


@pytest.mark.parametrize(
    "name", ["person", "sole_proprietor", "corporation", "residence_period", "address_change"]
)
def test_every_ready_question_can_be_looked_at_in_every_language(browser, name):
    client = browser("auditor")
    view = queries.find(name)
    assert view is not None
    for question in view.questionnaire.questions:
        for language in ("ja", "easy", "en"):
            path = go(client, "console-questionnaire-look", view.row.id, question.id)
            assert path.status_code == 200
            assert client.get(f"{path.request['PATH_INFO']}?language={language}").status_code == 200


def test_every_kind_has_a_form(browser, drafted):
    client = browser("operator")
    path = go(client, "console-questionnaire-add", drafted.id).request["PATH_INFO"]
    for kind in Kind:
        assert client.get(f"{path}?kind={kind}").status_code == 200


def test_title_is_changed_in_each_language_and_kept_with_the_others(browser, drafted):
    add(browser, drafted)
    typed = {"seen": "2", "title": "お客さまの確認", "en_title": "Your details", "easy_title": ""}
    assert do(browser("operator"), "console-questionnaire-title", drafted.id, **typed).status_code == 302
    read = newest(drafted).questionnaire
    assert (read.title, read.words["en"]["title"]) == ("お客さまの確認", "Your details")
    assert read.words["en"]["studies.title"] == "Where do you study?"
    wrong = do(browser("operator"), "console-questionnaire-title", drafted.id, seen="3", title="暗証番号")
    assert wrong.status_code == 409
    assert newest(drafted).questionnaire.title == "お客さまの確認"


def test_new_questionnaire_begins_with_a_question_of_its_own(browser):
    client = browser("compliance")
    assert do(client, "console-questionnaire-new", questionnaire="person", title="確認").status_code == 409
    assert do(client, "console-questionnaire-new", questionnaire="A", title="確認").status_code == 422
    answer = do(client, "console-questionnaire-new", questionnaire="opinion", title="ご意見の確認")
    assert answer.status_code == 302
    begun = queries.find("opinion")
    assert begun is not None
    assert (begun.row.state, begun.row.version, begun.questionnaire.title) == (State.DRAFT, 1, "ご意見の確認")
