"""Every code that the API can meet has an English sentence, and none is told to whom reads Japanese."""

import ast
from pathlib import Path

import keizoku
from keizoku.api.english import SENTENCES
from keizoku.campaigns.journeys.tests.making import saved

SOURCE = Path(keizoku.__file__).parent
# The rooms whose actions and queries the API calls, and those that they call on its behalf.
ROOMS = (
    "accounts",
    "audit",
    "campaigns",
    "customers",
    "delivery",
    "events",
    "identity",
    "kernel",
    "reviews",
    "risk",
)
TREE: dict[str, list[object]] = {"all": []}


def codes_in(tree):
    """``code = "room.reason"`` in a class, and ``code="room.reason"`` where one is raised."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for line in node.body:
                match line:
                    case ast.Assign([ast.Name("code")], ast.Constant(str(code))):
                        yield code
        if isinstance(node, ast.Call):
            for given in node.keywords:
                match given:
                    case ast.keyword("code", ast.Constant(str(code))) if "." in code:
                        yield code


def codes():
    modules = [path for room in ROOMS for path in (SOURCE / room).rglob("*.py") if "tests" not in path.parts]
    return {code for path in modules for code in codes_in(ast.parse(path.read_text("utf-8")))}


def test_table_has_every_code_of_the_rooms():
    found = codes()
    assert found - set(SENTENCES) == set()
    assert set(SENTENCES) - found == set(), "a sentence for a code that no room has any more"
    assert len(found) > 70


def test_sentences_are_english_and_say_what_to_do():
    for code, english in SENTENCES.items():
        assert english.detail.isascii(), code
        assert english.detail[-1] in ".:", code
        assert english.remedy.endswith("."), code


def test_refusal_is_told_in_the_language_that_the_caller_prefers(call_as):
    client = call_as("operator", "campaigns:read", "campaigns:write")
    told = {"name": "期日到来", "audience": "ない対象", "courses": [{"journey": "いつでも"}]}
    japanese = client.post("/campaigns", told)
    assert japanese.json()["detail"] == "「ない対象」という対象は保存されていません。"
    assert japanese.headers["Content-Language"] == "ja"

    english = client.post("/campaigns", told, Accept_Language="en")
    assert (english.json()["code"], english.json()["detail"], english.json()["remedy"]) == (
        "campaigns.audience_unknown",
        "No audience is saved under this name.",
        "List the audiences and use one of their names.",
    )
    assert english.headers["Content-Language"] == "en"


def test_code_with_many_meanings_keeps_the_room_s_own_sentence(call_as, make_customers):
    saved("line", name="いつでも")
    client = call_as("operator", "campaigns:write", "campaigns:stop")
    drafted = client.post(
        "/campaigns", {"name": "期日到来", "audience": TREE, "courses": [{"journey": "いつでも"}]}
    )
    refused = client.post(f"/campaigns/{drafted.json()['id']}/pause", Accept_Language="en").json()
    assert refused["code"] == "campaigns.wrong_state"
    assert refused["detail"] == (
        "The campaign is not in a state for this: このキャンペーンは「下書き」のため、この操作はできません。"
    )
