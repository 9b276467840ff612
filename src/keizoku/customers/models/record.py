"""Rows of the record.

What identifies a person is encrypted in ``RecordVersion``; what sets need lies in the clear in ``Fact`` (the
declared, short list of design decision 10). Versions are append-only: a change is a new version, and the
customer names the current one.
"""

from django.db import models

from keizoku.customers.codes import KIND_LABELS


class Customer(models.Model):
    """One relation with one person, sole proprietor or corporation."""

    class State(models.TextChoices):
        ACTIVE = "active", "取引中"
        CLOSED = "closed", "解約"
        MERGED = "merged", "統合済み"

    number_token = models.BinaryField(max_length=16, unique=True)
    kind = models.CharField(max_length=20, choices=list(KIND_LABELS.items()))
    state = models.CharField(max_length=10, choices=State.choices, default=State.ACTIVE)
    # The last day of the relation: retention is counted from it (docs/retention.md).
    closed_on = models.DateField(null=True)
    # Since when nothing but this stub is left.
    destroyed_on = models.DateField(null=True)
    # Whom the customer was merged into, who turned out to be the same; never one who is merged away as well.
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+", db_index=False)
    version = models.IntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="merged", merged_into__isnull=False)
                | (~models.Q(state="merged") & models.Q(merged_into__isnull=True)),
                name="customers_merged_into_somebody",
            )
        ]
        indexes = [
            models.Index(
                fields=["merged_into"], condition=models.Q(state="merged"), name="customers_merged_into"
            )
        ]


class RecordVersion(models.Model):
    """One state of the record; append-only. Blobs are bound to "customers_recordversion.<field>:<customer>.<version>"."""

    class Source(models.TextChoices):
        CORE_SYSTEM = "core_system", "勘定系"
        DECLARED = "declared", "お客さまの申告"
        DOCUMENT = "document", "書類"
        CHIP = "chip", "ICチップ"
        REGISTRY = "registry", "登記・公的な名簿"
        STAFF = "staff", "担当者"
        API = "api", "API（他のシステム）"

    # The constraint below is the index of it.
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="versions", db_index=False)
    version = models.IntegerField()
    source = models.CharField(max_length=20, choices=Source.choices)
    as_of = models.DateField()
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=40)
    number = models.BinaryField()
    name = models.BinaryField()
    kana = models.BinaryField()
    birth_date = models.BinaryField()
    postal_code = models.BinaryField()
    address = models.BinaryField()
    phone = models.BinaryField(null=True)
    email = models.BinaryField(null=True)
    account = models.BinaryField()
    # field (of the record or a fact) → {"source", "as_of", "by"} where it differs from the version's own
    exceptions = models.JSONField(default=dict)
    # field → keyed digest (hex), so that a change shows without decrypting
    digests = models.JSONField(default=dict)
    # fact → its value as decided with this version, as text; None in versions that decide no fact
    facts = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "version"], name="customers_one_version")]
        indexes = [
            # What the core system has not told us itself, and has to be told.
            models.Index(
                fields=["written_at"],
                condition=models.Q(version__gt=1) & ~models.Q(written_by__startswith="import:"),
                name="customers_version_decided",
            )
        ]


class Fact(models.Model):
    """What sets of customers are chosen and rated by. Nothing here identifies a person."""

    customer = models.OneToOneField(Customer, models.PROTECT, primary_key=True, related_name="fact")
    kind = models.CharField(max_length=20)
    birth_year = models.SmallIntegerField()
    birth_month = models.SmallIntegerField()
    prefecture = models.SmallIntegerField()
    nationality = models.CharField(max_length=3)
    residence_expires_on = models.DateField(null=True)
    occupation = models.CharField(max_length=30)
    purpose = models.CharField(max_length=30)
    products = models.JSONField(default=list)
    branch = models.CharField(max_length=3)
    opened_on = models.DateField()
    confirmed_on = models.DateField(null=True)
    has_mobile = models.BooleanField()
    has_email = models.BooleanField()
    # the default is the database's: every customer of the bank's file has an address
    has_address = models.BooleanField(db_default=True)
    foreign_remittance = models.BooleanField(default=False)
    # name → value of what compliance added (customers.attributes); the default is the database's, for COPY
    attributes = models.JSONField(default=dict, db_default={})

    class Meta:
        indexes = [models.Index(fields=["confirmed_on"], name="customers_fact_confirmed")]


class ContactPoint(models.Model):
    """Whether a channel's address can be used; the address itself stays encrypted in the record."""

    class State(models.TextChoices):
        UNVERIFIED = "unverified", "未確認"
        REACHABLE = "reachable", "到達確認済み"
        UNREACHABLE = "unreachable", "不達"
        OPTED_OUT = "opted_out", "連絡停止の申し出"

    # Checking each of an import's millions of rows costs it a third of its speed; customers are never deleted.
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="contact_points", db_index=False, db_constraint=False
    )
    channel = models.CharField(max_length=10)
    state = models.CharField(max_length=12, choices=State.choices, default=State.UNVERIFIED)
    evidence = models.CharField(max_length=60, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "channel"], name="customers_one_point_a_channel")
        ]


class StopDoubt(models.Model):
    """One person's word that a stop of all contact was set by mistake; only ever added. Two people's lift it."""

    class Reason(models.TextChoices):
        ALIVE = "alive", "ご本人が存命と確かめた"
        ANOTHER = "another", "別の方についての申し出だった"
        SLIP = "slip", "操作の誤りだった"
        DECIDED = "decided", "審査で、回答を続けていただくと決めた"

    # By their numbers: the stop itself goes, and its word stays.
    customer_id = models.BigIntegerField()
    stop_id = models.BigIntegerField()
    reason = models.CharField(max_length=10, choices=Reason.choices)
    said_by = models.BigIntegerField()
    said_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["stop_id"], name="customers_doubts_of_stop")]


class Lookup(models.Model):
    """Blind-index tokens by which staff find a customer: number, phone, email, account, name words."""

    # No check against the customers, as for contact points: the rows are made from them.
    customer = models.ForeignKey(Customer, models.PROTECT, db_constraint=False)
    kind = models.CharField(max_length=12)
    token = models.BinaryField(max_length=16)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "token", "customer"], name="customers_lookup_once")
        ]


class ContactStop(models.Model):
    """Nobody named here is contacted: by any campaign (``campaign_id`` null) or by that one.

    Written in the very transaction of the answer, the opt-out or the closing; the sender's claim joins it.
    """

    class Reason(models.TextChoices):
        ANSWERED = "answered", "回答済み"
        OPTED_OUT = "opted_out", "連絡停止の申し出"
        CLOSED = "closed", "解約"
        NEEDS_PERSON = "needs_person", "担当者の対応待ち"
        WITHDRAWN = "withdrawn", "確認の取り下げ"
        MERGED = "merged", "ほかのお客さまへの統合"
        PAPER = "paper", "返送された質問票の入力待ち"

    customer = models.ForeignKey(Customer, models.PROTECT)
    campaign_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "campaign_id"], nulls_distinct=False, name="customers_one_stop_a_campaign"
            )
        ]
