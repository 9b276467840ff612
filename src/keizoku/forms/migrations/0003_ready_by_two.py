"""Ready questionnaires that an upgrade had put into use by itself wait for a person's approval instead (ADR 0037).

Only where there were customers already: what a fresh installation, or a demonstration, begins with stays in use. Answers that
were given meanwhile keep their version, and who has begun to answer goes on with it.
"""

import hashlib

from django.db import migrations
from django.utils import timezone

READY = ("sole_proprietor", "corporation", "residence_period", "address_change")
MAKER, APPROVER = "system:setup", "system:setup-approval"


def ask_for_approval(apps, schema_editor):
    """End what nobody approved, and ask for its very words as the next version."""
    alias = schema_editor.connection.alias
    customers = apps.get_model("customers", "Customer").objects.using(alias)
    editions = apps.get_model("forms", "Edition").objects.using(alias)
    steps = apps.get_model("forms", "EditionStep").objects.using(alias)
    for edition in list(
        editions.filter(questionnaire__in=READY, state="active", approved_by=APPROVER, version=1)
    ):
        if not customers.filter(created_at__lt=edition.state_since).exists():
            continue
        now = timezone.now()
        editions.filter(id=edition.id).update(state="retired", state_since=now, ended_by=MAKER)
        others = editions.filter(questionnaire=edition.questionnaire).exclude(id=edition.id)
        if others.filter(state__in=["draft", "requested"]).exists():
            continue
        version = max([edition.version, *others.values_list("version", flat=True)]) + 1
        text = steps.get(edition=edition, number=1).text.replace("version = 1", f"version = {version}", 1)
        digest = hashlib.sha256(text.encode()).hexdigest()
        following = editions.create(
            questionnaire=edition.questionnaire, version=version, state="draft", state_since=now
        )
        steps.create(edition=following, number=1, text=text, digest=digest, what="installed", made_by=MAKER)
        editions.filter(id=following.id).update(
            state="requested", state_since=now, digest=digest, requested_by=MAKER
        )


class Migration(migrations.Migration):
    dependencies = [("forms", "0002_questionnaires"), ("customers", "0001_initial")]
    operations = [migrations.RunPython(ask_for_approval, migrations.RunPython.noop)]
