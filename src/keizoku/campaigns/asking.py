"""Which campaigns ask about a field: what would be touched where the field ends."""

from keizoku.campaigns.audiences.fields import readable_fields
from keizoku.campaigns.models import Campaign
from keizoku.campaigns.rules import TRANSITIONS
from keizoku.kernel.conditions import fields_read, parse


def asking_about(field: str) -> list[str]:
    """The names of campaigns that are not over and whose audience asks about ``field``, the newest first."""
    open_states = [str(state) for state, following in TRANSITIONS.items() if following]
    found = Campaign.objects.filter(state__in=open_states).order_by("-id").values_list("name", "audience")
    fields = readable_fields()
    return [name for name, audience in found if field in fields_read(parse(audience, fields))]
