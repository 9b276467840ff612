"""What has really reached people: their LINE talks and their mail, as they would see it on their phones.

Kept in one file (inbox.jsonl), of which memory holds only the places, so that a large campaign does not fill it
and a restarted sandbox still shows what people received.
"""

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from keizoku.sandbox.clock import iso


class Kind(StrEnum):
    LINE = "line"  # messages from the bank in the talk; content: list of message objects
    SAID = "said"  # what the person wrote or pressed; content: text
    MAIL = "mail"  # content: the raw message, latin-1 text of the bytes
    SMS = "sms"  # content: text


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item lies in the file. `holder` is a phone number (LINE, SMS) or a mail address."""

    id: int
    kind: Kind
    holder: str
    at: datetime
    offset: int


@dataclass(frozen=True, slots=True)
class Item:
    place: Place
    content: Any


class Inbox:
    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("a+b")
        self._places: list[Place] = []
        self._of_holder: dict[str, list[Place]] = defaultdict(list)
        self._listeners: list[Callable[[Item], None]] = []
        self._load()

    def when_arrived(self, listener: Callable[[Item], None]) -> None:
        self._listeners.append(listener)

    def put(self, kind: Kind, holder: str, at: datetime, content: Any) -> Item:
        line = {"kind": kind.value, "holder": holder, "at": iso(at), "content": content}
        offset = self._file.seek(0, 2)
        self._file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        self._file.flush()
        item = Item(self._note(kind, holder, at, offset), content)
        for listener in self._listeners:
            listener(item)
        return item

    def of(self, holder: str, kinds: set[Kind]) -> list[Place]:
        """The holder's items, oldest first."""
        return [place for place in self._of_holder.get(holder, ()) if place.kind in kinds]

    def open(self, place: Place) -> Item:
        self._file.seek(place.offset)
        return Item(place, json.loads(self._file.readline())["content"])

    def latest(self, limit: int) -> list[Place]:
        """The newest items of the bank, one for each holder, newest first."""
        newest: dict[str, Place] = {}
        for place in reversed(self._places):
            if place.kind is not Kind.SAID and place.holder not in newest:
                newest[place.holder] = place
                if len(newest) == limit:
                    break
        return list(newest.values())

    def count(self, kind: Kind) -> int:
        return sum(place.kind is kind for place in self._places)

    def close(self) -> None:
        self._file.close()

    def _note(self, kind: Kind, holder: str, at: datetime, offset: int) -> Place:
        place = Place(len(self._places) + 1, kind, holder, at, offset)
        self._places.append(place)
        self._of_holder[holder].append(place)
        return place

    def _load(self) -> None:
        self._file.seek(0)
        offset = 0
        for raw in self._file:
            try:
                line = json.loads(raw)
            except json.JSONDecodeError:  # cut off when the process was killed
                line = None
            if line is not None:
                self._note(Kind(line["kind"]), line["holder"], datetime.fromisoformat(line["at"]), offset)
            offset += len(raw)
