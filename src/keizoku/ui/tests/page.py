"""Reads rendered HTML and says what a person with a screen reader, or the Content-Security-Policy, would meet."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

VOID = {"meta", "link", "input", "br", "img", "hr", "rect"}


class Page(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[dict[str, Any]] = []
        self._open: list[dict[str, Any]] = []
        self._text: dict[int, str] = {}
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element: dict[str, Any] = {"tag": tag, **dict(attrs)}
        element["within"] = [above["tag"] for above in self._open]
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open[-1]["tag"] == tag, f"</{tag}> closes <{self._open[-1]['tag']}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            self._text[id(element)] = self._text.get(id(element), "") + data

    def text(self, element: dict[str, Any]) -> str:
        return " ".join(self._text.get(id(element), "").split())

    def all(self, *tags: str, **attributes: str) -> list[dict[str, Any]]:
        return [
            element
            for element in self.elements
            if element["tag"] in tags and all(element.get(key) == value for key, value in attributes.items())
        ]

    def ids(self) -> list[str]:
        return [element["id"] for element in self.elements if "id" in element]

    def faults(self) -> list[str]:
        return [*self._identifier_faults(), *self._label_faults(), *self._policy_faults()]

    def _identifier_faults(self) -> Iterator[str]:
        ids = self.ids()
        yield from (f"id {name} stands twice" for name in set(ids) if ids.count(name) > 1)
        for element in self.elements:
            for attribute in ("aria-describedby", "aria-labelledby", "for"):
                for name in (element.get(attribute) or "").split():
                    if name not in ids:
                        yield f"{attribute}={name} leads nowhere"
            href = element.get("href") or ""
            if href.startswith("#") and href[1:] not in ids:
                yield f"href={href} leads nowhere"

    def _label_faults(self) -> Iterator[str]:
        labelled = {element["for"] for element in self.all("label") if "for" in element}
        for element in self.all("input", "select", "textarea"):
            if element.get("type") == "hidden" or "label" in element["within"]:
                continue
            if element.get("id") not in labelled:
                yield f"{element['tag']} {element.get('name')} has no label"
        for element in self.all("button", "a", "legend", "h1", "th"):
            if not self.text(element):
                yield f"an empty {element['tag']}"
        for element in self.elements:
            is_alone = "fieldset" not in element["within"]
            if is_alone and element.get("aria-invalid") == "true" and not element.get("aria-describedby"):
                yield f"{element.get('name')} is wrong and does not say why"

    def _policy_faults(self) -> Iterator[str]:
        for element in self.elements:
            if element["tag"] == "style" or (element["tag"] == "script" and not element.get("src")):
                yield f"inline {element['tag']}"
            for attribute in element:
                if attribute == "style" or attribute.startswith(("on", "hx-on")):
                    yield f"inline {attribute} on {element['tag']}"
