"""What a message asks its reader to do: a link in a LINE button, or a reference code in a mail's or an SMS's text."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from keizoku.sandbox.inbox import Item, Kind
from keizoku.sandbox.mail.reading import read
from keizoku.sandbox.population.visit import REFERENCE_CODE


@dataclass(frozen=True, slots=True)
class Errand:
    """Where to go, with which code. `channel`: line, email or sms."""

    channel: str
    start: str
    code: str | None
    words: str

    @property
    def key(self) -> str:
        """The same for a reminder that carries the same link or code."""
        return self.code or self.start


def errand_of(item: Item, portal_url: str) -> Errand | None:
    """None where the message leads nowhere into the portal."""
    if item.place.kind is Kind.MAIL:
        letter = read(item.content.encode("latin-1"))
        found = REFERENCE_CODE.search(letter.text)
        words = f"{letter.subject}\n{letter.text}"
        return Errand("email", f"{portal_url}/", found.group(), words) if found else None
    if item.place.kind is Kind.SMS:
        found = REFERENCE_CODE.search(item.content)
        return Errand("sms", f"{portal_url}/", found.group(), item.content) if found else None
    words = "\n".join(_strings(item.content))
    found = REFERENCE_CODE.search(words)
    code = found.group() if found else None
    links = [uri for uri in _links(item.content) if uri.startswith(f"{portal_url}/")]
    if links:
        return Errand("line", links[0], code, words)
    return Errand("line", f"{portal_url}/", code, words) if code else None


def _links(content: Any) -> Iterator[str]:
    """Every uri of a button, in the order in which they stand."""
    if isinstance(content, Mapping):
        for name, value in content.items():
            if name in {"uri", "url"} and isinstance(value, str):
                yield value
            else:
                yield from _links(value)
    elif isinstance(content, list):
        for element in content:
            yield from _links(element)


def _strings(content: Any) -> Iterator[str]:
    if isinstance(content, Mapping):
        for value in content.values():
            yield from _strings(value)
    elif isinstance(content, list):
        for element in content:
            yield from _strings(element)
    elif isinstance(content, str):
        yield content
