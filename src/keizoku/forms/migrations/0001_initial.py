"""Questionnaires and drafts, and the questionnaire that comes with Keizoku."""

import hashlib
from pathlib import Path

import django.db.models.deletion
from django.db import migrations, models

from keizoku.kernel.database.guards import append_only

SHIPPED = Path(__file__).resolve().parent.parent / "questionnaires"


def publish_person_1(apps, schema_editor):
    text = (SHIPPED / "person-1.toml").read_text(encoding="utf-8")
    apps.get_model("forms", "QuestionnaireVersion").objects.using(schema_editor.connection.alias).create(
        questionnaire="person", version=1, text=text, digest=hashlib.sha256(text.encode()).hexdigest()
    )


class Migration(migrations.Migration):
    initial = True
    dependencies = [("kernel", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="QuestionnaireVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("questionnaire", models.CharField(max_length=30)),
                ("version", models.IntegerField()),
                ("text", models.TextField()),
                ("digest", models.CharField(max_length=64)),
                ("published_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("questionnaire", "version"), name="forms_one_questionnaire_version"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("review_id", models.BigIntegerField(unique=True)),
                ("payload", models.BinaryField()),
                ("updated_at", models.DateTimeField()),
                (
                    "questionnaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="forms.questionnaireversion"
                    ),
                ),
            ],
        ),
        migrations.RunPython(publish_person_1, migrations.RunPython.noop),
        append_only("forms_questionnaireversion"),
    ]
