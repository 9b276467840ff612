"""A next page that a request names is gone to only within the house."""

import pytest

from keizoku.ui.own_pages import own_page


@pytest.mark.parametrize("told", ["/console/reviews?page=2", "/console/"])
def test_path_of_the_house_is_gone_to(told):
    assert own_page(told, "/home", under="/console/") == told


@pytest.mark.parametrize(
    "told",
    ["", "foo", "console-home", "//evil.example/", "/\\evil.example", "https://evil.example/", "/check"],
)
def test_whatever_else_is_named_is_not_gone_to(told):
    assert own_page(told, "/home", under="/console/") == "/home"
