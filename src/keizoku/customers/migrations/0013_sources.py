from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0012_contact_evidence"),
    ]

    operations = [
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
                ],
                max_length=20,
            ),
        ),
    ]
