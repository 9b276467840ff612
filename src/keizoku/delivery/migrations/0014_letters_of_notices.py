"""Letters of notices, which belong to no campaign: who was told of a changed contact point by post."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("delivery", "0013_paper_forms")]
    operations = [
        migrations.AlterField("letterbatch", "campaign_id", models.BigIntegerField(null=True)),
        migrations.AlterField(
            "letterbatch", "wave", models.ForeignKey("delivery.Wave", models.PROTECT, null=True)
        ),
        migrations.AlterField("letter", "campaign_id", models.BigIntegerField(null=True)),
        migrations.AlterField("letter", "wave_id", models.BigIntegerField(null=True)),
        migrations.AlterField("letter", "position", models.IntegerField(null=True)),
        migrations.AddField("letter", "notice_id", models.BigIntegerField(null=True)),
        migrations.AddConstraint(
            "letterbatch",
            models.CheckConstraint(
                condition=Q(campaign_id=None, wave=None) | Q(campaign_id__isnull=False, wave__isnull=False),
                name="delivery_letterbatch_of_a_wave_or_none",
            ),
        ),
        migrations.AddConstraint(
            "letter",
            models.CheckConstraint(
                condition=Q(
                    notice_id=None, campaign_id__isnull=False, wave_id__isnull=False, position__isnull=False
                )
                | Q(notice_id__isnull=False, campaign_id=None, wave_id=None, position=None),
                name="delivery_letter_of_one_thing",
            ),
        ),
    ]
