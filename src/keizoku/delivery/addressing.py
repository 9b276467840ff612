"""From a claim to a message: the address under a read grant, and the approved words with this recipient's own code.

Words are filled once a chunk with what is the same for all; each recipient adds the reference code and the link.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.module_loading import import_string

from keizoku.customers import queries as customers
from keizoku.delivery.claiming import Claim
from keizoku.delivery.leasing import Lease
from keizoku.delivery.models import MessageVersion
from keizoku.delivery.ports import Message, Outgoing
from keizoku.delivery.rules import PORTAL, Tag, fill
from keizoku.kernel.crypto.grant import ReadGrant
from keizoku.kernel.text.numbers import format_reference_code

_REFERENCE = "{reference}"


@dataclass(frozen=True, slots=True)
class Words:
    """A message version, filled but for the reference code, which stands between the parts of the body.

    ``forms_for``: of the letters that enclose a questionnaire, review → the published version that is printed.
    """

    subject: str
    body: tuple[str, ...]
    button_label: str
    link_for: Callable[[int, int], str] | None
    deadline: date
    forms_for: Callable[[Sequence[int]], Mapping[int, int]] | None = None

    def message(self, claim: Claim, form: int | None = None) -> Message:
        code = format_reference_code(f"{claim.reference:011d}")
        link = self.link_for(claim.review_id, claim.reference) if self.link_for else ""
        return Message(self.subject, code.join(self.body), self.button_label, link, code, self.deadline, form)

    def forms(self, claims: Sequence[Claim]) -> dict[int, int | None]:
        """Review → what its letter encloses; 0 where it should enclose a questionnaire and none is in use."""
        if self.forms_for is None:
            return {}
        found = self.forms_for([claim.review_id for claim in claims])
        return {claim.review_id: found.get(claim.review_id, 0) for claim in claims}

    def body_with(self, reference: int) -> str:
        """The body as the recipient of this reference code got it."""
        return format_reference_code(f"{reference:011d}").join(self.body)


def words_of(lease: Lease) -> Words:
    """The words of a chunk's wave."""
    return words_for(lease.message_id, lease.deadline)


def words_for(message_id: int, deadline: date) -> Words:
    """The words of a message version with this deadline; the same recipient gets the same ones each time."""
    version = MessageVersion.objects.get(id=message_id)
    values = {"institution": settings.INSTITUTION, "deadline": _day(deadline), "portal": PORTAL}
    return Words(
        subject=fill(version.subject, values),
        body=tuple(fill(part, values) for part in version.body.split(_REFERENCE)),
        button_label=version.button_label,
        link_for=import_string(settings.ENTRY_LINK) if version.button_label else None,
        deadline=deadline,
        forms_for=import_string(settings.PAPER_FORMS) if version.has_form else None,
    )


def address(
    lease: Lease, words: Words, field: str, grant: ReadGrant, claims: Sequence[Claim]
) -> dict[int, Outgoing]:
    """Position → message. Whose address has gone from the record is left out."""
    addresses = customers.addresses(field, grant)
    forms = words.forms(claims)
    return {
        claim.position: Outgoing(
            claim.key,
            str(Tag(lease.campaign_id, lease.wave_id, claim.position)),
            addresses[claim.customer_id],
            words.message(claim, forms.get(claim.review_id)),
        )
        for claim in claims
        if claim.customer_id in addresses
    }


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
