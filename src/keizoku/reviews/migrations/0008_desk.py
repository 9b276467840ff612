"""The desk's own rows: kept by triggers, due by service levels in business days.

``reviews_due_at`` says the same as ``rules.service_levels.due_at`` (a test holds them equal): the end, at 17:00 in Tokyo, of the
n-th day after the day of coming that is neither a weekend nor closed.
"""

from datetime import date, timedelta

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

LEVELS = {
    "answered": {"high": 2, "medium": 3, "low": 5, "": 3},
    "needs_person": {"high": 1, "medium": 2, "low": 2, "": 2},
}

KEEP = """
CREATE FUNCTION reviews_due_at(of_state text, of_level text, since timestamptz) RETURNS timestamptz
LANGUAGE sql STABLE AS $$
    SELECT (d.day + time '17:00') AT TIME ZONE 'Asia/Tokyo'
    FROM (SELECT coalesce((SELECT l.days FROM reviews_servicelevel l WHERE l.state = of_state AND l.level = of_level), 5)::int
                 AS days, (since AT TIME ZONE 'Asia/Tokyo')::date AS began) n
    CROSS JOIN LATERAL (
        SELECT s::date AS day FROM generate_series(n.began + interval '1 day', n.began + n.days * interval '2 days'
                                                   + interval '20 days', interval '1 day') s
        WHERE extract(isodow FROM s) < 6 AND NOT EXISTS (SELECT FROM reviews_closedday c WHERE c.day = s::date)
        ORDER BY s OFFSET n.days - 1 LIMIT 1) d
$$;

CREATE FUNCTION reviews_keep_desk() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rated text := coalesce((SELECT level FROM risk_standing WHERE customer_id = NEW.customer_id), '');
BEGIN
    DELETE FROM reviews_deskcase WHERE review_id = NEW.id;
    IF NEW.state IN ('answered', 'needs_person') THEN
        INSERT INTO reviews_deskcase (review_id, state, since, due_at, level, entry, changed, help_kind, snooze_reason)
        VALUES (NEW.id, NEW.state, NEW.state_since, reviews_due_at(NEW.state, rated, NEW.state_since), rated,
            coalesce((SELECT entry FROM reviews_answer WHERE review_id = NEW.id AND round = NEW.round), ''),
            ARRAY(SELECT field FROM reviews_proposedchange
                  WHERE review_id = NEW.id AND round = NEW.round AND is_change ORDER BY position),
            NEW.help_kind, '');
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER desk_entered AFTER INSERT ON reviews_review FOR EACH ROW
    WHEN (NEW.state IN ('answered', 'needs_person')) EXECUTE FUNCTION reviews_keep_desk();
CREATE TRIGGER desk_kept AFTER UPDATE ON reviews_review FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state
          AND (OLD.state IN ('answered', 'needs_person') OR NEW.state IN ('answered', 'needs_person')))
    EXECUTE FUNCTION reviews_keep_desk();

CREATE FUNCTION reviews_leave_desk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM reviews_deskcase WHERE review_id = OLD.id;
    RETURN OLD;
END $$;
CREATE TRIGGER desk_left BEFORE DELETE ON reviews_review FOR EACH ROW
    WHEN (OLD.state IN ('answered', 'needs_person')) EXECUTE FUNCTION reviews_leave_desk();

CREATE FUNCTION reviews_desk_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE reviews_deskcase SET entry = NEW.entry WHERE review_id = NEW.review_id;
    RETURN NULL;
END $$;
CREATE TRIGGER desk_entry AFTER INSERT ON reviews_answer FOR EACH ROW EXECUTE FUNCTION reviews_desk_entry();

CREATE FUNCTION reviews_desk_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE reviews_deskcase c SET changed = c.changed || n.fields
    FROM (SELECT review_id, array_agg(field ORDER BY position) AS fields FROM new_rows WHERE is_change GROUP BY review_id) n
    WHERE c.review_id = n.review_id;
    RETURN NULL;
END $$;
CREATE TRIGGER desk_changes AFTER INSERT ON reviews_proposedchange REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION reviews_desk_changes();
"""
UNDO = """
DROP TRIGGER desk_changes ON reviews_proposedchange;
DROP TRIGGER desk_entry ON reviews_answer;
DROP TRIGGER desk_left ON reviews_review;
DROP TRIGGER desk_kept ON reviews_review;
DROP TRIGGER desk_entered ON reviews_review;
DROP FUNCTION reviews_desk_changes();
DROP FUNCTION reviews_desk_entry();
DROP FUNCTION reviews_leave_desk();
DROP FUNCTION reviews_keep_desk();
DROP FUNCTION reviews_due_at(text, text, timestamptz);
"""
# What waits already; leases of half an hour are not carried over.
FILL = """
INSERT INTO reviews_deskcase (review_id, state, since, due_at, level, entry, changed, help_kind, snooze_reason)
SELECT r.id, r.state, r.state_since, reviews_due_at(r.state, coalesce(s.level, ''), r.state_since), coalesce(s.level, ''),
    coalesce(a.entry, ''),
    ARRAY(SELECT field FROM reviews_proposedchange p
          WHERE p.review_id = r.id AND p.round = r.round AND p.is_change ORDER BY position),
    r.help_kind, ''
FROM reviews_review r LEFT JOIN risk_standing s ON s.customer_id = r.customer_id
LEFT JOIN reviews_answer a ON a.review_id = r.id AND a.round = r.round
WHERE r.state IN ('answered', 'needs_person')
"""


def to_begin_with(apps, schema_editor):
    """Service levels, and the closed weekdays of some years; a job keeps adding the coming ones."""
    import holidays  # noqa: PLC0415 - a quarter of a second

    alias = schema_editor.connection.alias
    level, closed = apps.get_model("reviews", "ServiceLevel"), apps.get_model("reviews", "ClosedDay")
    level.objects.using(alias).bulk_create(
        level(state=state, level=name, days=days)
        for state, of_state in LEVELS.items()
        for name, days in of_state.items()
    )
    first, last = date(2024, 1, 1), date(2029, 12, 31)
    named = holidays.country_holidays("JP", years=range(first.year, last.year + 1))
    days = (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    closed.objects.using(alias).bulk_create(
        closed(day=day)
        for day in days
        if day.isoweekday() < 6  # noqa: PLR2004 - Saturday
        and (day in named or (day.month, day.day) in {(12, 31), (1, 1), (1, 2), (1, 3)})
    )


def _staff():
    return models.ForeignKey(
        db_index=False,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0007_phone_desk"),
        ("risk", "0008_list_speed"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            "DeskCase",
            [
                (
                    "review",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="desk",
                        serialize=False,
                        to="reviews.review",
                    ),
                ),
                ("state", models.CharField(max_length=12)),
                ("since", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("level", models.CharField(blank=True, max_length=10)),
                ("entry", models.CharField(blank=True, max_length=5)),
                (
                    "changed",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=30), default=list, size=None
                    ),
                ),
                ("help_kind", models.CharField(blank=True, max_length=10)),
                ("owned_since", models.DateTimeField(null=True)),
                ("held_until", models.DateTimeField(null=True)),
                ("snoozed_until", models.DateTimeField(null=True)),
                ("snooze_reason", models.CharField(blank=True, max_length=12)),
                ("draft", models.BinaryField(null=True)),
                ("held_by", _staff()),
                ("owner", _staff()),
            ],
            options={
                "indexes": [models.Index(fields=["due_at", "review"], name="reviews_desk_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(held_by__isnull=False, held_until__isnull=False)
                        | models.Q(held_by__isnull=True, held_until__isnull=True, draft__isnull=True),
                        name="reviews_draft_needs_a_holder",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(snoozed_until__isnull=True, snooze_reason="")
                        | (models.Q(snoozed_until__isnull=False) & ~models.Q(snooze_reason="")),
                        name="reviews_snooze_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            "ServiceLevel",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("state", models.CharField(max_length=12)),
                ("level", models.CharField(blank=True, max_length=10)),
                ("days", models.SmallIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["state", "level"], name="reviews_one_service_level"),
                    models.CheckConstraint(
                        condition=models.Q(days__gte=1, days__lte=60), name="reviews_service_days"
                    ),
                ]
            },
        ),
        migrations.CreateModel("ClosedDay", [("day", models.DateField(primary_key=True, serialize=False))]),
        migrations.CreateModel(
            "SavedFilter",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("query", models.CharField(max_length=300)),
                ("is_shared", models.BooleanField(default=False)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "staff",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["staff", "name"], name="reviews_filter_named_once")
                ]
            },
        ),
        migrations.RemoveField("review", "assigned_to"),
        migrations.RemoveField("review", "assigned_until"),
        migrations.AddField("decision", "due_at", models.DateTimeField(null=True)),
        migrations.AddIndex("decision", models.Index(fields=["decided_at"], name="reviews_decided_on")),
        migrations.RunPython(to_begin_with, migrations.RunPython.noop),
        migrations.RunSQL(KEEP, UNDO),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
