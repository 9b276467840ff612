"""Likely duplicates, and customers merged into another; the database refuses a merge by who proposed it."""

import django.db.models.deletion
from django.db import migrations, models

FOUR_EYES = """
CREATE FUNCTION customers_merge_four_eyes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'merged' AND (TG_OP = 'INSERT' OR OLD.state <> 'merged') THEN
        IF TG_OP = 'INSERT' OR OLD.state <> 'proposed' OR OLD.proposed_by = '' THEN
            RAISE EXCEPTION 'a merge that nobody proposed' USING ERRCODE = 'restrict_violation';
        END IF;
        IF NEW.decided_by = '' OR NEW.decided_by = OLD.proposed_by THEN
            RAISE EXCEPTION 'who proposed a merge may not approve it' USING ERRCODE = 'restrict_violation';
        END IF;
        IF (NEW.first_id, NEW.second_id, NEW.survivor_id, NEW.choices, NEW.first_version, NEW.second_version,
            NEW.proposal_digest, NEW.proposed_by)
           IS DISTINCT FROM
           (OLD.first_id, OLD.second_id, OLD.survivor_id, OLD.choices, OLD.first_version, OLD.second_version,
            OLD.proposal_digest, OLD.proposed_by) THEN
            RAISE EXCEPTION 'an approval changes nothing of what it approves' USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF TG_OP = 'UPDATE' AND OLD.state = 'merged' THEN
        RAISE EXCEPTION 'a merge is not changed afterwards' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER four_eyes BEFORE INSERT OR UPDATE ON customers_duplicate
    FOR EACH ROW EXECUTE FUNCTION customers_merge_four_eyes();
ALTER TABLE customers_duplicate ENABLE ALWAYS TRIGGER four_eyes;
"""
NO_FOUR_EYES = """
DROP TRIGGER four_eyes ON customers_duplicate;
DROP FUNCTION customers_merge_four_eyes();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0008_search"),
    ]

    operations = [
        migrations.AlterField(
            model_name="customer",
            name="state",
            field=models.CharField(
                choices=[("active", "取引中"), ("closed", "解約"), ("merged", "統合済み")],
                default="active",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="customer",
            name="merged_into",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.customer",
            ),
        ),
        migrations.AddConstraint(
            model_name="customer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("merged_into__isnull", False), ("state", "merged")),
                    models.Q(models.Q(("state", "merged"), _negated=True), ("merged_into__isnull", True)),
                    _connector="OR",
                ),
                name="customers_merged_into_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="customer",
            index=models.Index(
                condition=models.Q(("state", "merged")),
                fields=["merged_into"],
                name="customers_merged_into",
            ),
        ),
        migrations.AlterField(
            model_name="contactstop",
            name="reason",
            field=models.CharField(
                choices=[
                    ("answered", "回答済み"),
                    ("opted_out", "連絡停止の申し出"),
                    ("closed", "解約"),
                    ("needs_person", "担当者の対応待ち"),
                    ("withdrawn", "確認の取り下げ"),
                    ("merged", "ほかのお客さまへの統合"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="Duplicate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("score", models.SmallIntegerField()),
                ("reasons", models.JSONField()),
                ("evidence", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("found", "候補"),
                            ("proposed", "統合の承認待ち"),
                            ("apart", "別の方"),
                            ("merged", "統合済み"),
                        ],
                        default="found",
                        max_length=10,
                    ),
                ),
                ("state_since", models.DateTimeField()),
                ("found_at", models.DateTimeField()),
                ("escalated_at", models.DateTimeField(null=True)),
                ("choices", models.JSONField(default=dict)),
                ("first_version", models.IntegerField(null=True)),
                ("second_version", models.IntegerField(null=True)),
                ("proposal_digest", models.CharField(blank=True, max_length=64)),
                ("proposed_by", models.CharField(blank=True, max_length=40)),
                ("proposed_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=40)),
                ("decided_at", models.DateTimeField(null=True)),
                *(
                    (
                        name,
                        models.ForeignKey(
                            null=name == "survivor",
                            db_index=name == "second",
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="customers.customer",
                        ),
                    )
                    for name in ("first", "second", "survivor")
                ),
            ],
        ),
        migrations.CreateModel(
            name="DuplicateSearch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("found_count", models.IntegerField()),
                ("gone_count", models.IntegerField()),
                ("finished_at", models.DateTimeField(auto_now_add=True)),
                (
                    "run",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duplicate_search",
                        to="customers.importrun",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="duplicate",
            constraint=models.UniqueConstraint(
                fields=("first", "second"), name="customers_one_duplicate_a_pair"
            ),
        ),
        migrations.AddConstraint(
            model_name="duplicate",
            constraint=models.CheckConstraint(
                condition=models.Q(("first__lt", models.F("second"))), name="customers_duplicate_in_order"
            ),
        ),
        migrations.AddIndex(
            model_name="duplicate",
            index=models.Index(
                condition=models.Q(("state__in", ["found", "proposed"])),
                fields=["-score", "id"],
                name="customers_duplicate_waiting",
            ),
        ),
        migrations.RunSQL(FOUR_EYES, NO_FOUR_EYES),
    ]
