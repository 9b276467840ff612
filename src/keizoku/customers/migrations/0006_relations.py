"""Relations between customers and people, their facts, and the files that told them."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from keizoku.kernel.database.guards import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_attributes"),
    ]

    operations = [
        migrations.CreateModel(
            name="RelationImport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("encoding", models.CharField(max_length=10)),
                ("as_of", models.DateField()),
                ("started_by", models.CharField(max_length=40)),
                ("finished_at", models.DateTimeField(auto_now_add=True)),
                ("rows_read", models.IntegerField(default=0)),
                ("created_count", models.IntegerField(default=0)),
                ("changed_count", models.IntegerField(default=0)),
                ("unchanged_count", models.IntegerField(default=0)),
                ("rejected_count", models.IntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="Relation",
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
                            ("representative", "代表者"),
                            ("beneficial_owner", "実質的支配者"),
                            ("agent", "代理人・取引担当者"),
                            ("household", "世帯"),
                            ("guardian", "成年後見人"),
                        ],
                        max_length=20,
                    ),
                ),
                ("person_token", models.BinaryField(max_length=16, null=True)),
                ("person_digest", models.BinaryField(max_length=16, null=True)),
                ("is_open", models.BooleanField(default=True)),
                ("facts_count", models.IntegerField(default=1)),
                (
                    "customer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="relations",
                        to="customers.customer",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="related_to",
                        to="customers.customer",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RelationFact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.IntegerField()),
                (
                    "change",
                    models.CharField(
                        choices=[
                            ("stated", "関係者を記録しました"),
                            ("changed", "関係者の内容を改めました"),
                            ("confirmed", "関係者を確認しました"),
                            ("ended", "関係が終わりました"),
                        ],
                        max_length=10,
                    ),
                ),
                ("share", models.IntegerField(null=True)),
                ("is_direct", models.BooleanField(default=True)),
                (
                    "basis",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("voting_rights", "議決権"),
                            ("profit", "収益の配当・財産の分配"),
                            ("influence", "出資・融資・取引などを通じた支配"),
                            ("representation", "法人を代表し、業務を執行"),
                        ],
                        max_length=20,
                    ),
                ),
                ("valid_from", models.DateField(null=True)),
                ("valid_until", models.DateField(null=True)),
                (
                    "source",
                    models.CharField(
                        choices=[
                            ("declared", "お客さまの申告"),
                            ("document", "書類"),
                            ("registry", "登記・公的な名簿"),
                            ("staff", "担当者"),
                            ("core_system", "勘定系"),
                        ],
                        max_length=20,
                    ),
                ),
                ("as_of", models.DateField()),
                ("confirmed_by", models.CharField(blank=True, max_length=40)),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("written_by", models.CharField(max_length=40)),
                ("written_at", models.DateTimeField(auto_now_add=True)),
                ("name", models.BinaryField(null=True)),
                ("kana", models.BinaryField(null=True)),
                ("birth_date", models.BinaryField(null=True)),
                ("address", models.BinaryField(null=True)),
                (
                    "relation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="facts",
                        to="customers.relation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RelationRejection",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.IntegerField()),
                ("column", models.CharField(max_length=20)),
                ("code", models.CharField(max_length=30)),
                ("reason", models.CharField(max_length=300)),
                (
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="rejections",
                        to="customers.relationimport",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="relation",
            index=models.Index(fields=["customer", "kind"], name="customers_relation_of"),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("other__isnull", True), ("person_token__isnull", False)),
                    models.Q(("other__isnull", False), ("person_token__isnull", True)),
                    _connector="OR",
                ),
                name="customers_relation_other_side",
            ),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.CheckConstraint(
                condition=models.Q(("other", models.F("customer")), _negated=True),
                name="customers_relation_not_with_oneself",
            ),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "household"), _negated=True),
                    ("other__isnull", True),
                    ("other__gt", models.F("customer")),
                    _connector="OR",
                ),
                name="customers_relation_household_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_open", True), ("other__isnull", False)),
                fields=("customer", "kind", "other"),
                name="customers_one_open_relation",
            ),
        ),
        migrations.AddConstraint(
            model_name="relation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_open", True), ("other__isnull", True)),
                fields=("customer", "kind", "person_token"),
                name="customers_one_open_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="relationfact",
            constraint=models.UniqueConstraint(
                fields=("relation", "number"), name="customers_one_fact_a_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="relationfact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("share__isnull", True),
                    models.Q(("share__gt", 0), ("share__lte", 10000)),
                    _connector="OR",
                ),
                name="customers_relation_share_of_a_whole",
            ),
        ),
        migrations.AddIndex(
            model_name="relationrejection",
            index=models.Index(fields=["run", "line"], name="customers_relation_rejected"),
        ),
        append_only("customers_relationfact"),
    ]
