"""Reads a page of HTML as a person without JavaScript could use it: its state, its forms, its next link.

A generic reader: it knows the portal only by <main data-state="…">, form fields by name, and links in <main>.
"""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass(slots=True)
class Choice:
    """A radio button, a checkbox or an option; `label` is the text beside it, where there is one."""

    value: str
    label: str
    chosen: bool


@dataclass(slots=True)
class Field:
    """`kind`: hidden, text (all that is typed), radio, checkbox, select, submit."""

    name: str
    kind: str
    value: str = ""
    required: bool = False
    choices: list[Choice] = field(default_factory=list)
    hint: str = ""
    is_wrong: bool = False


@dataclass(slots=True)
class Form:
    action: str
    method: str
    fields: list[Field] = field(default_factory=list)

    @property
    def visible(self) -> list[Field]:
        return [entry for entry in self.fields if entry.kind not in {"hidden", "submit"}]

    def of_name(self, name: str, kind: str) -> Field:
        """The field of this name and kind, made when it is new (radio buttons share one)."""
        for entry in self.fields:
            if entry.name == name and entry.kind == kind:
                return entry
        made = Field(name, kind)
        self.fields.append(made)
        return made


@dataclass(slots=True)
class Page:
    state: str = ""
    forms: list[Form] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    text: str = ""

    @property
    def form(self) -> Form | None:
        """The form to go on with: one that asks something, else one that posts, else none."""
        asking = [form for form in self.forms if form.visible]
        posting = [form for form in self.forms if form.method == "post"]
        return next(iter([*asking, *posting]), None)


def read_page(html: str) -> Page:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.page.text = " ".join("".join(reader.words).split())
    return reader.page


class _Reader(HTMLParser):
    """Only what is inside <main> counts: a language switch in the header is not the person's errand."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.words: list[str] = []
        self._in_main = False
        self._form: Form | None = None
        self._select: Field | None = None
        self._labelled: Choice | None = None
        self._area: Field | None = None
        self._hints: dict[str, str] = {}  # id of what describes a field → its words
        self._hint = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if given.get("id"):
            self._hint = ""
        if tag == "main":
            self._in_main = True
            self.page.state = given.get("data-state", "")
        elif not self._in_main:
            return
        elif given.get("id", "").endswith("_hint"):
            self._hint = given["id"]
            self._hints[self._hint] = ""
        elif tag == "a" and "href" in given:
            is_next = given.get("rel") == "next" or "data-next" in given
            self.page.links.insert(0 if is_next else len(self.page.links), given["href"])
        elif tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.page.forms.append(self._form)
        elif self._form is not None and "disabled" not in given:
            self._field(tag, given, self._form)

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self._in_main = False
        elif tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            self._area = None
        elif tag in {"option", "label"}:
            self._labelled = None
        elif tag in {"div", "fieldset", "p"}:
            self._hint = ""

    def handle_data(self, data: str) -> None:
        if self._in_main:
            self.words.append(data)
        if self._hint:
            self._hints[self._hint] += data
        if self._labelled is not None:
            self._labelled.label = f"{self._labelled.label} {data}".strip()
        if self._area is not None:
            self._area.value += data

    def _field(self, tag: str, given: dict[str, str], form: Form) -> None:
        name, required = given.get("name", ""), "required" in given
        if tag == "option" and self._select is not None:
            self._labelled = Choice(given.get("value", ""), "", "selected" in given)
            self._select.choices.append(self._labelled)
        elif not name:
            return
        elif tag == "select":
            self._select = form.of_name(name, "select")
            self._select.required = required
        elif tag == "textarea":
            self._area = Field(name, "text", "", required)
            form.fields.append(self._area)
        elif tag == "button" and given.get("type", "submit") == "submit":
            self._labelled = Choice(given.get("value", ""), "", chosen=False)
            form.of_name(name, "submit").choices.append(self._labelled)
        elif tag == "input":
            self._input(given, form, name, required=required)

    def _input(self, given: dict[str, str], form: Form, name: str, *, required: bool) -> None:
        kind = given.get("type", "text").lower()
        if kind in {"radio", "checkbox"}:
            entry = form.of_name(name, kind)
            entry.required = entry.required or required
            self._labelled = Choice(given.get("value", "on"), "", "checked" in given)
            entry.choices.append(self._labelled)
        elif kind == "submit":
            form.of_name(name, "submit").choices.append(Choice(given.get("value", ""), "", chosen=False))
        elif kind not in {"button", "reset", "image", "file"}:
            own_kind = "hidden" if kind == "hidden" else "text"
            described = given.get("aria-describedby", "").partition(" ")[0]
            field_hint = self._hints.get(described, "")
            is_wrong = given.get("aria-invalid") == "true"
            form.fields.append(
                Field(name, own_kind, given.get("value", ""), required, hint=field_hint, is_wrong=is_wrong)
            )
