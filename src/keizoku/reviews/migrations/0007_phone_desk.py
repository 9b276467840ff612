"""The phone desk: calls, their steps (append-only), wrong answers by customer, calls back; and how long they are kept."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from keizoku.kernel.database.guards import append_only

WAITING = ["booked", "taken"]
KIND = (
    "phone",
    "relation_ended",
    0,
    "SELECT c.id AS subject, c.id AS customer_id, NULL::bigint AS campaign_id, c.closed_on AS since FROM customers_customer c WHERE c.state <> 'active' AND c.closed_on IS NOT NULL AND EXISTS (SELECT FROM reviews_phonecall p WHERE p.customer_id = c.id)",
)
WAYS = [
    ("reviews_callback", "delete", "customer_id = ANY($1)", ""),
    ("reviews_callercheck", "delete", "customer_id = ANY($1)", ""),
    (
        "reviews_callstep",
        "delete",
        "call_id IN (SELECT id FROM reviews_phonecall WHERE customer_id = ANY($1))",
        "",
    ),
    ("reviews_phonecall", "delete", "customer_id = ANY($1)", ""),
]


def write_kind(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO retention_kind (name, start, least_months, due) VALUES (%s, %s, %s, %s)", KIND
        )
        for ordinal, way in enumerate(WAYS, start=1):
            cursor.execute(
                "INSERT INTO retention_way (kind, ordinal, table_name, verb, condition, assignments) "
                "VALUES (%s, %s, %s, %s, %s, %s)",
                [KIND[0], ordinal, *way],
            )


def _key():
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


def _of(model, **options):
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=model, **options)


class Migration(migrations.Migration):
    dependencies = [
        ("reviews", "0006_proof_and_language"),
        ("customers", "0017_kept_stops"),
        ("retention", "0003_kinds"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            "CallerCheck",
            [
                (
                    "customer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="customers.customer",
                    ),
                ),
                ("failures", models.SmallIntegerField(default=0)),
                ("locked_until", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            "PhoneCall",
            [
                ("id", _key()),
                ("staff", _of(settings.AUTH_USER_MODEL, related_name="+", db_index=False)),
                ("state", models.CharField(default="open", max_length=10)),
                ("begun_at", models.DateTimeField()),
                ("touched_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                ("result", models.CharField(blank=True, max_length=15)),
                ("customer", _of("customers.customer", null=True, related_name="+")),
                ("review_id", models.BigIntegerField(null=True)),
                ("call_back_id", models.BigIntegerField(null=True)),
                ("found_by", models.CharField(blank=True, max_length=10)),
                ("questions", models.CharField(blank=True, max_length=100)),
                ("verified_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["staff"], condition=Q(state="open"), name="reviews_one_open_call"
                    ),
                    models.CheckConstraint(
                        condition=Q(state="open", ended_at__isnull=True, result="")
                        | (~Q(state="open") & Q(ended_at__isnull=False) & ~Q(result="")),
                        name="reviews_call_ends_with_a_result",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["staff", "-id"], name="reviews_call_of_staff"),
                    models.Index(fields=["touched_at"], condition=Q(state="open"), name="reviews_call_open"),
                ],
            },
        ),
        migrations.CreateModel(
            "CallStep",
            [
                ("id", _key()),
                ("call", _of("reviews.phonecall", related_name="steps", db_index=False)),
                ("at", models.DateTimeField()),
                ("kind", models.CharField(max_length=15)),
                ("detail", models.CharField(blank=True, max_length=40)),
            ],
            options={"indexes": [models.Index(fields=["call", "id"], name="reviews_steps_of_call")]},
        ),
        append_only("reviews_callstep"),
        migrations.CreateModel(
            "CallBack",
            [
                ("id", _key()),
                ("key", models.UUIDField(default=uuid.uuid4, unique=True)),
                ("customer", _of("customers.customer", related_name="+")),
                ("review_id", models.BigIntegerField(null=True)),
                ("call", _of("reviews.phonecall", related_name="call_backs", db_constraint=False)),
                ("state", models.CharField(default="booked", max_length=10)),
                ("state_since", models.DateTimeField()),
                ("day", models.DateField()),
                ("from_hour", models.SmallIntegerField()),
                ("until_hour", models.SmallIntegerField()),
                ("matter", models.CharField(max_length=10)),
                ("words", models.BinaryField(null=True)),
                ("assigned_to", _of(settings.AUTH_USER_MODEL, null=True, related_name="+", db_index=False)),
                ("tries", models.SmallIntegerField(default=0)),
                ("booked_by", _of(settings.AUTH_USER_MODEL, related_name="+", db_index=False)),
                ("booked_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=~Q(state="taken") | Q(assigned_to__isnull=False),
                        name="reviews_taken_call_back_has_its_taker",
                    ),
                    models.UniqueConstraint(
                        fields=["customer"],
                        condition=Q(state__in=WAITING),
                        name="reviews_one_call_back_waits",
                    ),
                ],
                "indexes": [
                    models.Index(
                        fields=["day", "from_hour", "id"],
                        condition=Q(state__in=WAITING),
                        name="reviews_call_back_due",
                    )
                ],
            },
        ),
        migrations.RunPython(write_kind, migrations.RunPython.noop),
    ]
