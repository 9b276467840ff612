"""The order in which a customer's last verification is found."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("identity", "0006_provider_results")]
    operations = [
        migrations.AddIndex(
            model_name="verification",
            index=models.Index(
                fields=["customer", "legal_use", "statute", "-state_since", "-id"],
                condition=models.Q(("state", "passed")),
                name="identity_last_passed",
            ),
        ),
    ]
