"""Collects what is wrong with a request body, property by property, as LINE reports it: all at once."""

from collections.abc import Collection, Mapping
from typing import Any

from keizoku.sandbox.line.refusals import Detail, bad_request


def length(text: str) -> int:
    """LINE counts UTF-16 code units, so an emoji beyond the basic plane counts two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class Objections:
    def __init__(self) -> None:
        self.details: list[Detail] = []

    def add(self, where: str, message: str) -> None:
        self.details.append(Detail(message, where))

    def raise_if_any(self) -> None:
        if self.details:
            raise bad_request(self.details)

    def text(self, owner: Mapping[str, Any], name: str, where: str, *, longest: int) -> str:
        """A text that must be there, 1..longest."""
        return self.optional_text(owner, name, where, longest=longest, needed=True)

    def optional_text(
        self, owner: Mapping[str, Any], name: str, where: str, *, longest: int, needed: bool = False
    ) -> str:
        """A text of at most `longest`; "" where it is missing or wrong."""
        here = f"{where}.{name}" if where else name
        value = owner.get(name)
        if value is None or value == "":
            if needed:
                self.add(here, "May not be empty")
            elif value == "":
                self.add(here, f"Length must be between 1 and {longest}")
            return ""
        if not isinstance(value, str):
            self.add(here, "Must be a string")
            return ""
        if length(value) > longest:
            self.add(here, f"Length must be between 0 and {longest}")
        return value

    def one_of(self, owner: Mapping[str, Any], name: str, where: str, options: Collection[str]) -> None:
        """A word of a closed list, if it is there."""
        value = owner.get(name)
        if value is not None and value not in options:
            self.add(
                f"{where}.{name}", f"Must be one of the following values: [{', '.join(sorted(options))}]"
            )

    def listed(
        self, owner: Mapping[str, Any], name: str, where: str, *, least: int, most: int
    ) -> list[Mapping[str, Any]]:
        """A list of objects of the given size; [] where it is missing or wrong."""
        here = f"{where}.{name}" if where else name
        value = owner.get(name)
        if value is None and least == 0:
            return []
        if value is None:
            self.add(here, "May not be empty")
            return []
        if not isinstance(value, list) or not least <= len(value) <= most:
            self.add(here, f"Size must be between {least} and {most}")
            return []
        for index, element in enumerate(value):
            if not isinstance(element, Mapping):
                self.add(f"{here}[{index}]", "Must be an object")
        return [element if isinstance(element, Mapping) else {} for element in value]

    def nested(self, owner: Mapping[str, Any], name: str, where: str) -> Mapping[str, Any] | None:
        """An object that must be there."""
        value = owner.get(name)
        if isinstance(value, Mapping):
            return value
        self.add(f"{where}.{name}", "May not be empty" if value is None else "Must be an object")
        return None
