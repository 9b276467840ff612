"""HTML from Python values: everything is escaped that is not markup already."""

from html import escape

_VOID = {"meta", "link", "input", "br", "hr"}


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


Child = str | Markup | None
Given = str | bool | None


def text(value: str) -> Markup:
    return Markup(escape(value))


def join(*children: Child) -> Markup:
    return Markup("".join(_markup(child) for child in children))


def element(tag: str, *children: Child, **attributes: Given) -> Markup:
    """One element. `class_` and `for_` lose their underscore, `data_state` becomes data-state."""
    named = "".join(_attribute(name, value) for name, value in attributes.items())
    if tag in _VOID:
        return Markup(f"<{tag}{named}>")
    return Markup(f"<{tag}{named}>{join(*children)}</{tag}>")


def _attribute(name: str, value: Given) -> str:
    html_name = name.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    if value is True:
        return f" {html_name}"
    return f' {html_name}="{escape(value)}"'


def _markup(child: Child) -> Markup:
    if child is None:
        return Markup("")
    return child if isinstance(child, Markup) else text(child)
