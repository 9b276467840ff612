"""Reviews, answers, proposals, decisions, and the counters that slow guessing."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("customers", "0002_guards"),
        ("forms", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("campaign_id", models.BigIntegerField(null=True)),
                ("seq", models.IntegerField(null=True)),
                ("reference", models.BigIntegerField(unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "回答待ち"),
                            ("answered", "審査待ち"),
                            ("asked_again", "再回答待ち"),
                            ("needs_person", "担当者の対応待ち"),
                            ("approved", "承認"),
                            ("rejected", "否認"),
                            ("unanswered", "回答なし"),
                            ("withdrawn", "取り下げ"),
                        ],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("state_since", models.DateTimeField()),
                ("round", models.SmallIntegerField(default=1)),
                ("opened_at", models.DateTimeField()),
                ("closes_on", models.DateField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "help_kind",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("deceased", "ご本人が亡くなられた"),
                            ("guardian", "代理人（成年後見人など）が答える"),
                            ("help", "手助けがほしい"),
                            ("not_you", "別の方あてのお知らせが届いた"),
                        ],
                        max_length=10,
                    ),
                ),
                ("escalated_at", models.DateTimeField(null=True)),
                ("assigned_until", models.DateTimeField(null=True)),
                (
                    "assigned_to",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="customers.customer",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CodeGuess",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.BinaryField(max_length=16)),
                ("minute", models.DateTimeField()),
                ("count", models.IntegerField(default=1)),
            ],
            options={
                "indexes": [models.Index(fields=["minute"], name="reviews_guesses_recent")],
                "constraints": [
                    models.UniqueConstraint(fields=("source", "minute"), name="reviews_guesses_a_minute")
                ],
            },
        ),
        migrations.CreateModel(
            name="Identification",
            fields=[
                (
                    "review",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="identification",
                        serialize=False,
                        to="reviews.review",
                    ),
                ),
                ("failures", models.SmallIntegerField(default=0)),
                ("locked_until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.SmallIntegerField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("approve", "承認する"),
                            ("reject", "否認する"),
                            ("ask_again", "もう一度おたずねする"),
                            ("withdraw", "取り下げる"),
                        ],
                        max_length=9,
                    ),
                ),
                ("reason_code", models.CharField(max_length=30)),
                ("note", models.BinaryField(null=True)),
                ("decided_at", models.DateTimeField()),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="reviews.review",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.SmallIntegerField()),
                ("record_version", models.IntegerField()),
                ("payload", models.BinaryField()),
                ("digest", models.CharField(max_length=32)),
                ("submitted_at", models.DateTimeField()),
                ("business_at", models.DateTimeField()),
                (
                    "entry",
                    models.CharField(
                        choices=[("link", "リンク"), ("code", "受付番号"), ("phone", "電話")], max_length=5
                    ),
                ),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "questionnaire",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="forms.questionnaireversion",
                    ),
                ),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="reviews.review",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ProposedChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.SmallIntegerField()),
                ("position", models.SmallIntegerField()),
                ("field", models.CharField(max_length=30)),
                ("value", models.BinaryField(null=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("record", "記録"), ("fact", "属性"), ("note", "参考")], max_length=6
                    ),
                ),
                ("is_change", models.BooleanField()),
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to="reviews.review",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(fields=["campaign_id", "state"], name="reviews_campaign_state"),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("state__in", ["answered", "needs_person"])),
                fields=["state_since", "id"],
                name="reviews_desk",
            ),
        ),
        migrations.AddIndex(
            model_name="review",
            index=models.Index(
                condition=models.Q(("state__in", ["open", "asked_again"])),
                fields=["closes_on"],
                name="reviews_deadline",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["open", "answered", "asked_again", "needs_person"])),
                fields=("customer",),
                name="reviews_one_open_review",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.UniqueConstraint(
                fields=("customer", "campaign_id"), name="reviews_once_a_campaign"
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("reference__gte", 0), ("reference__lte", 99999999999)),
                name="reviews_reference_of_eleven_digits",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                fields=("review", "round"), name="reviews_one_decision_a_round"
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(fields=("review", "round"), name="reviews_one_answer_a_round"),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("answered_by__isnull", False), ("entry", "phone")),
                    models.Q(models.Q(("entry", "phone"), _negated=True), ("answered_by__isnull", True)),
                    _connector="OR",
                ),
                name="reviews_phone_answer_names_its_writer",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposedchange",
            constraint=models.UniqueConstraint(
                fields=("review", "round", "field"), name="reviews_one_proposal_a_field"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposedchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_change", False), ("value__isnull", False), _connector="OR"),
                name="reviews_change_has_a_value",
            ),
        ),
    ]
