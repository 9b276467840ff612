"""The fields of audiences at this moment: those of ``fields``, the purposes of consents, and the attributes that compliance
added, read anew each time.

Scorecards have theirs from ``queries.read_scorecard``. Anybody above may call me.
"""

from collections.abc import Iterable

from keizoku.customers.attributes import queries as attributes
from keizoku.customers.attributes.rules.definition import Definition
from keizoku.customers.attributes.rules.fields import with_attributes
from keizoku.customers.consents.fields import consent_fields
from keizoku.kernel.conditions import Field, Fields, FieldType, registry
from keizoku.risk.fields import AUDIENCE_FIELDS


def usable_fields() -> Fields:
    """What a new audience may name."""
    return _with(attributes.usable())


def readable_fields() -> Fields:
    """What an audience that exists may have named: the attributes that ended too."""
    return _with(attributes.readable())


def _with(definitions: Iterable[Definition]) -> Fields:
    found = tuple(definitions)
    fields = with_attributes(AUDIENCE_FIELDS, found)
    return registry(*fields.values(), *consent_fields(), *map(_confirmed, found))


def _confirmed(definition: Definition) -> Field:
    """The day of the value's source, as for the values of the record (``confirmations``)."""
    newest = f"""(SELECT v.as_of FROM customers_attributevalue v
        WHERE v.customer_id = f.customer_id AND v.name = '{definition.name}' ORDER BY v.id DESC LIMIT 1)"""  # noqa: S608 - [a-z0-9_]
    name, label = f"confirmed_{definition.name}", f"{definition.label}の確認日"
    return Field(name, FieldType.DATE, label, newest)
