"""The campaign's form: audience, words, days. It writes one shape of condition tree, and reads only that shape back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.http import QueryDict

from keizoku.campaigns import defaults
from keizoku.campaigns.composing import Composition
from keizoku.campaigns.defaults import StepWords
from keizoku.campaigns.queries import CampaignView
from keizoku.console.forms import attribute_conditions
from keizoku.console.forms.attribute_conditions import Asked
from keizoku.console.forms.numbers import whole_number
from keizoku.customers.attributes.rules.definition import Definition
from keizoku.delivery.rules import message_problems
from keizoku.kernel.conditions import All, Compare, Condition, Operator, to_json
from keizoku.kernel.conditions.reading import Json
from keizoku.risk import confirmations

WITHIN_DAYS: Final = (
    ("0", "今日までに期日を迎えた方"),
    ("30", "30日以内に期日を迎える方（過ぎた方を含む）"),
    ("60", "60日以内に期日を迎える方（過ぎた方を含む）"),
    ("90", "90日以内に期日を迎える方（過ぎた方を含む）"),
    ("", "期日を問わない"),
)
LEVELS: Final = (("high", "リスク高"), ("medium", "リスク中"), ("low", "リスク低"))
KINDS: Final = (("individual", "個人"), ("sole_proprietor", "個人事業主"), ("corporation", "法人"))
STALE: Final = (
    ("", "問わない"),
    *((name, f"{label}が古い方") for name, (label, _) in confirmations.VALUES.items()),
)
STALE_DAYS: Final = (("365", "1年より前"), ("730", "2年より前"), ("1095", "3年より前"))
JOURNEYS: Final = (
    (
        "line_email_sms",
        "LINE、メール、SMSの順",
        "届かない方、お答えのない方に、次の手段で送ります。SMSが最後です。",
    ),
    ("line_email", "LINEのあと、メール", "LINEで届かない方、お答えのない方に、メールを送ります。"),
    ("line_sms", "LINEのあと、SMS", "LINEで届かない方、お答えのない方に、SMSを送ります。"),
    ("line", "LINEだけ", ""),
    ("email", "メールだけ", ""),
    ("sms", "SMSだけ", ""),
)
CHANNELS: Final = ("line", "email", "sms")
LONGEST_WAIT: Final = 365


class NotOfThisForm(Exception):
    """The campaign's audience has conditions that this form cannot show."""


@dataclass(frozen=True, slots=True)
class CampaignForm:
    """As typed. An empty choice of levels or kinds means all of them."""

    name: str = ""
    within_days: str = "0"
    levels: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    prefecture: str = ""
    stale: str = ""
    stale_days: str = "730"
    asked: tuple[Asked, ...] = ()
    journey: str = "line_email"
    line_body: str = defaults.LINE.body
    line_button: str = defaults.LINE.button_label
    email_wait: str = str(defaults.EMAIL.wait_days)
    email_subject: str = defaults.EMAIL.subject
    email_body: str = defaults.EMAIL.body
    sms_wait: str = str(defaults.SMS.wait_days)
    sms_body: str = defaults.SMS.body
    answer_days: str = str(defaults.ANSWER_DAYS)

    @property
    def channels(self) -> tuple[str, ...]:
        return tuple(channel for channel in CHANNELS if channel in self.journey.split("_"))

    @property
    def asks(self) -> bool:
        """Whether an attribute is asked about."""
        return any(one.operator for one in self.asked)

    def audience(self) -> Json:
        """The condition tree: everything that is given must hold."""
        parts: list[Condition] = []
        days = whole_number(self.within_days)
        if days is not None:
            parts.append(Compare("due_on", Operator.WITHIN_DAYS, days))
        if self.levels:
            parts.append(Compare("level", Operator.ONE_OF, self.levels))
        if self.kinds:
            parts.append(Compare("kind", Operator.ONE_OF, self.kinds))
        prefecture = whole_number(self.prefecture)
        if prefecture is not None:
            parts.append(Compare("prefecture", Operator.EQUALS, prefecture))
        stale_days = whole_number(self.stale_days)
        if self.stale and stale_days is not None:
            parts.append(confirmations.stale(self.stale, stale_days))
        conditions = (one.condition() for one in self.asked)
        return to_json(All((*parts, *(condition for condition in conditions if condition is not None))))

    def steps(self) -> list[StepWords]:
        """The journey; call it once ``problems`` is empty."""
        words = {
            "line": ("", self.line_body, self.line_button),
            "email": (self.email_subject, self.email_body, ""),
            "sms": ("", self.sms_body, ""),
        }
        return [StepWords(channel, self._wait(channel), *words[channel]) for channel in self.channels]

    def _wait(self, channel: str) -> int:
        """Days after the step before; the first step has none."""
        if channel == self.channels[0]:
            return 0
        return whole_number({"email": self.email_wait, "sms": self.sms_wait}[channel]) or 0

    def composition(self) -> Composition:
        return Composition(
            self.name.strip(), self.audience(), self.steps(), whole_number(self.answer_days) or 0
        )


def initial(query: QueryDict, attributes: Sequence[Definition] = ()) -> CampaignForm:
    """A new campaign's form; the page that led here chooses the days, or whose information is old."""
    within_days = query.get("within_days", "0")
    return CampaignForm(
        within_days=within_days if within_days in dict(WITHIN_DAYS) else "0",
        stale=_stale(query.get("stale", "")),
        stale_days=query.get("stale_days", CampaignForm().stale_days),
        asked=tuple(map(Asked, attributes)),
    )


def read(posted: QueryDict, attributes: Sequence[Definition] = ()) -> CampaignForm:
    """``attributes``: those that may be asked about now."""
    start = CampaignForm()
    return CampaignForm(
        name=posted.get("name", ""),
        within_days=posted.get("within_days", ""),
        levels=_known(posted.getlist("levels"), LEVELS),
        kinds=_known(posted.getlist("kinds"), KINDS),
        prefecture=posted.get("prefecture", ""),
        stale=_stale(posted.get("stale", "")),
        stale_days=posted.get("stale_days", start.stale_days),
        asked=attribute_conditions.read(posted, attributes),
        journey=_journey(posted.get("journey", start.journey)),
        line_body=_text(posted.get("line_body", start.line_body)),
        line_button=posted.get("line_button", start.line_button).strip(),
        email_wait=posted.get("email_wait", start.email_wait),
        email_subject=posted.get("email_subject", start.email_subject).strip(),
        email_body=_text(posted.get("email_body", start.email_body)),
        sms_wait=posted.get("sms_wait", start.sms_wait),
        sms_body=_text(posted.get("sms_body", start.sms_body)),
        answer_days=posted.get("answer_days", start.answer_days),
    )


def problems(form: CampaignForm) -> dict[str, str]:
    """Field → what is wrong with it and what to do; the room's own rules check the whole again."""
    found = {}
    if not form.name.strip():
        found["name"] = "キャンペーンの名前を入力してください。"
    if not form.channels:
        found["journey"] = "連絡の手順を選んでください。"
    if "line" in form.channels:
        found["line_body"] = " ".join(message_problems("line", "", form.line_body, form.line_button))
    if "email" in form.channels:
        found["email_body"] = " ".join(message_problems("email", form.email_subject, form.email_body, ""))
    if "sms" in form.channels:
        found["sms_body"] = " ".join(message_problems("sms", "", form.sms_body, ""))
    for channel, name in (("email", "メール"), ("sms", "SMS")):
        wait = whole_number(getattr(form, f"{channel}_wait"))
        if channel in form.channels[1:] and not (wait and wait <= LONGEST_WAIT):
            found[f"{channel}_wait"] = f"{name}までの日数を、1以上の数字で入力してください（例：7）。"
    days = whole_number(form.answer_days)
    if not days or days > LONGEST_WAIT:
        found["answer_days"] = f"回答の期限を、1から{LONGEST_WAIT}までの日数で入力してください（例：30）。"
    found |= {one.name: one.problem() for one in form.asked}
    return {field: message for field, message in found.items() if message}


def of_campaign(view: CampaignView, attributes: Sequence[Definition] = ()) -> CampaignForm:
    """The form that a draft was made with.

    Raises:
        NotOfThisForm: it was made elsewhere, with other conditions.
    """
    steps = {step.channel: step for step in view.steps}
    told: dict[str, object] = {"within_days": "", **_audience_fields(view.audience, attributes)}
    if line := steps.get("line"):
        told |= {"line_body": line.message.body, "line_button": line.message.button_label}
    if email := steps.get("email"):
        told |= {"email_subject": email.message.subject, "email_body": email.message.body}
        if line:
            told["email_wait"] = str(email.wait_days)
    if sms := steps.get("sms"):
        told["sms_body"] = sms.message.body
        if len(steps) > 1:
            told["sms_wait"] = str(sms.wait_days)
    return CampaignForm(
        name=view.row.name,
        journey="_".join(channel for channel in CHANNELS if channel in steps),
        answer_days=str(view.answer_days),
        **told,  # type: ignore[arg-type]
    )


def _audience_fields(audience: Json, attributes: Sequence[Definition]) -> dict[str, object]:
    parts = audience.get("all")
    if not isinstance(parts, list):
        raise NotOfThisForm
    fields: dict[str, object] = {}
    asked = {definition.name: Asked(definition) for definition in attributes}
    for part in parts:
        one = attribute_conditions.read_back(part, attributes)
        if one is not None and not asked[one.definition.name].operator:
            asked[one.definition.name] = one
            continue
        match part:
            case {"field": "due_on", "operator": "within_days", "value": int(days)}:
                fields["within_days"] = str(days)
            case {"field": "level" | "kind" as name, "operator": "one_of", "value": list(values)}:
                fields[f"{name}s"] = tuple(str(value) for value in values)
            case {"field": "prefecture", "operator": "equals", "value": int(code)}:
                fields["prefecture"] = str(code)
            case {
                "any": [
                    {"field": str(name), "operator": "older_than_days", "value": int(days)},
                    {"field": str(same), "operator": "is_missing"},
                ]
            } if name == same and name in confirmations.FIELDS:
                fields |= {"stale": name.removeprefix("confirmed_"), "stale_days": str(days)}
            case _:
                raise NotOfThisForm
    return fields | {"asked": tuple(asked.values())}


def _journey(name: str) -> str:
    return name if any(name == known for known, _, _ in JOURNEYS) else ""


def _stale(name: str) -> str:
    return name if name in confirmations.VALUES else ""


def _known(values: Sequence[str], options: Sequence[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(value for value, _ in options if value in values)


def _text(posted: str) -> str:
    """Browsers post CRLF; a message's digest must not depend on it."""
    return posted.replace("\r\n", "\n").strip()
