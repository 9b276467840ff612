import pytest

from keizoku.reviews import tokens

REFERENCE = 12345678901


def parsed_of(token: str) -> tokens.Parsed:
    parsed = tokens.parse(token)
    assert parsed is not None
    return parsed


def test_link_carries_no_reference_code_and_opens_its_review(settings):
    settings.PUBLIC_URL = "https://bank.example"
    link = tokens.link_for(4711, REFERENCE)
    assert link.startswith("https://bank.example/r/")
    assert str(REFERENCE) not in link
    parsed = parsed_of(link.rpartition("/")[2])
    assert parsed.review_id == 4711
    assert tokens.is_sealed(parsed, REFERENCE)


def test_token_of_another_review_or_code_is_not_sealed():
    parsed = parsed_of(tokens.token_for(4711, REFERENCE))
    assert not tokens.is_sealed(parsed, REFERENCE + 1)
    moved = tokens.Parsed(4712, parsed.seal)
    assert not tokens.is_sealed(moved, REFERENCE)


@pytest.mark.parametrize("token", ["", "x" * 23, "x" * 25, "あ" * 24, "!" * 24, "A" * 23 + "="])
def test_anything_else_is_no_token(token):
    assert tokens.parse(token) is None
