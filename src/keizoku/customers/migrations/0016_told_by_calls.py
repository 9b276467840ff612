"""Rows of an import may be told by another system's call; their values carry that source."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0015_line_links"),
    ]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="source",
            field=models.CharField(db_default="core_system", default="core_system", max_length=20),
        ),
        migrations.AlterField(
            model_name="recordversion",
            name="source",
            field=models.CharField(
                choices=[
                    ("core_system", "勘定系"),
                    ("declared", "お客さまの申告"),
                    ("document", "書類"),
                    ("chip", "ICチップ"),
                    ("registry", "登記・公的な名簿"),
                    ("staff", "担当者"),
                    ("api", "API（他のシステム）"),
                ],
                max_length=20,
            ),
        ),
    ]
