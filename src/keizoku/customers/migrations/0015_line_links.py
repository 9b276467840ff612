import uuid

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("customers", "0014_letters")]

    operations = [
        migrations.CreateModel(
            name="LineEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("event_id", models.CharField(max_length=40, unique=True)),
                ("kind", models.CharField(max_length=12)),
                ("payload", models.BinaryField(null=True)),
                ("told_at", models.DateTimeField()),
                ("received_at", models.DateTimeField(auto_now_add=True)),
                ("processed_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("processed_at", None)),
                        fields=["told_at", "id"],
                        name="customers_lineevent_waiting",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LineLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("offered", "LINEの確認待ち"),
                            ("linked", "連携中"),
                            ("ended", "解除済み"),
                            ("lapsed", "期限切れ"),
                        ],
                        max_length=10,
                    ),
                ),
                ("nonce_token", models.BinaryField(null=True)),
                ("user_id", models.BinaryField(null=True)),
                ("user_token", models.BinaryField(null=True)),
                ("offered_at", models.DateTimeField()),
                ("linked_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("asked", "お客さまがトークで解除した"),
                            ("blocked", "お客さまが公式アカウントをブロックした"),
                            ("staff", "担当者が解除した"),
                            ("replaced", "別のLINEアカウント、または別のお客さまとの連携に替わった"),
                            ("merged", "お客さまの統合で、統合先の連携を残した"),
                            ("closed", "取引が終わった"),
                        ],
                        max_length=10,
                    ),
                ),
                ("ended_by", models.CharField(blank=True, max_length=40)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="line_links",
                        to="customers.customer",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "offered")),
                        fields=["offered_at"],
                        name="customers_line_offers",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "linked")),
                        fields=("customer",),
                        name="customers_one_line_link",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "linked")),
                        fields=("user_token",),
                        name="customers_one_link_an_account",
                    ),
                    models.UniqueConstraint(fields=("nonce_token",), name="customers_one_offer_a_nonce"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "linked"),
                                ("user_id__isnull", False),
                                ("user_token__isnull", False),
                            ),
                            models.Q(
                                models.Q(("state", "linked"), _negated=True),
                                ("user_id", None),
                                ("user_token", None),
                            ),
                            _connector="OR",
                        ),
                        name="customers_line_account_only_while_linked",
                    ),
                ],
            },
        ),
    ]
