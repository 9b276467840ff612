"""Nobody is written to while the form that he sent back is being keyed."""

from django.db import migrations, models

REASONS = [
    ("answered", "回答済み"),
    ("opted_out", "連絡停止の申し出"),
    ("closed", "解約"),
    ("needs_person", "担当者の対応待ち"),
    ("withdrawn", "確認の取り下げ"),
    ("merged", "ほかのお客さまへの統合"),
    ("paper", "返送された質問票の入力待ち"),
]


class Migration(migrations.Migration):
    dependencies = [("customers", "0017_kept_stops")]
    operations = [
        migrations.AlterField("contactstop", "reason", models.CharField(max_length=20, choices=REASONS))
    ]
