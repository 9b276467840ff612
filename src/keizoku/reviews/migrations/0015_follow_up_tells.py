"""A check's follow-up says what happens: a new review, and a task to tell the customer of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reviews", "0014_longest_waiting")]
    operations = [
        migrations.AlterField(
            "qualitycheck",
            "follow_up",
            models.CharField(
                blank=True,
                choices=[
                    ("task", "タスクを開く"),
                    ("review", "新しい確認を開き、お客さまに連絡するタスクを開く"),
                    ("nothing", "お客さまへの対応はいらない"),
                ],
                max_length=10,
            ),
        ),
    ]
