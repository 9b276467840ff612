"""Consents, the channels they stop, notes and tasks."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from keizoku.kernel.database.guards import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("customers", "0006_relations"),
    ]

    operations = [
        migrations.CreateModel(
            name="Task",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("call_back", "折り返しの連絡"),
                            ("help", "担当者の対応"),
                            ("document", "書類の受け取り・確認"),
                            ("conflict", "食い違いの解決"),
                            ("check", "調べもの"),
                            ("other", "その他"),
                        ],
                        max_length=20,
                    ),
                ),
                ("words", models.BinaryField()),
                ("owner_role", models.CharField(blank=True, max_length=20)),
                ("due_on", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "未了"), ("done", "完了"), ("cancelled", "取りやめ")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("state_since", models.DateTimeField(auto_now_add=True)),
                ("escalated_at", models.DateTimeField(null=True)),
                ("origin", models.CharField(blank=True, max_length=60)),
                ("opened_by", models.CharField(max_length=40)),
                ("opened_at", models.DateTimeField(auto_now_add=True)),
                ("ended_by", models.CharField(blank=True, max_length=40)),
                (
                    "customer",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="customers.customer",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tasks",
                        to="accounts.staff",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ChannelStop",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("channel", models.CharField(max_length=10)),
                ("since", models.DateTimeField(auto_now_add=True)),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="channel_stops",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("customer", "channel"), name="customers_one_stop_a_channel"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Consent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("purpose", models.CharField(max_length=30)),
                ("purpose_version", models.IntegerField()),
                ("words_digest", models.CharField(max_length=64)),
                ("act", models.CharField(choices=[("given", "同意"), ("withdrawn", "撤回")], max_length=10)),
                ("happened_on", models.DateField()),
                ("expires_on", models.DateField(null=True)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("declared", "お客さまの申告"),
                            ("document", "書類"),
                            ("staff", "担当者"),
                            ("core_system", "勘定系"),
                        ],
                        max_length=20,
                    ),
                ),
                ("evidence", models.BinaryField()),
                ("recorded_by", models.CharField(max_length=40)),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="consents",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        fields=["customer", "purpose", "-happened_on", "-id"], name="customers_consent_latest"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("payload", models.BinaryField()),
                ("written_by", models.CharField(max_length=40)),
                ("written_at", models.DateTimeField(auto_now_add=True)),
                (
                    "corrects",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="customers.note",
                    ),
                ),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notes",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["customer", "-id"], name="customers_note_of")],
            },
        ),
        migrations.AddIndex(
            model_name="task",
            index=models.Index(
                condition=models.Q(("state", "open")), fields=["due_on", "id"], name="customers_task_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("owner__isnull", False), ("owner_role", "")),
                    models.Q(("owner__isnull", True), models.Q(("owner_role", ""), _negated=True)),
                    _connector="OR",
                ),
                name="customers_task_one_owner",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_by", ""), ("state", "open")),
                    models.Q(
                        models.Q(("state", "open"), _negated=True), models.Q(("ended_by", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="customers_task_ended_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="task",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open"), models.Q(("origin", ""), _negated=True)),
                fields=("origin",),
                name="customers_one_open_task_an_origin",
            ),
        ),
        append_only("customers_consent"),
        append_only("customers_note"),
    ]
