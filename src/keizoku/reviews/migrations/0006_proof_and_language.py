"""How well a customer showed who he is, what therefore needs a person, and the language that he reads."""

from django.db import migrations, models

STRENGTHS = [("weak", "生年月日と登録番号の一部"), ("strong", "加えて、別の連絡先への確認番号")]


class Migration(migrations.Migration):
    dependencies = [("reviews", "0005_asked_again")]
    operations = [
        migrations.AddField(
            "answer", "proof", models.CharField(choices=STRENGTHS, db_default="weak", max_length=6)
        ),
        migrations.AddField("proposedchange", "needs_person", models.BooleanField(db_default=False)),
        migrations.AddField("review", "language", models.CharField(blank=True, db_default="", max_length=5)),
    ]
