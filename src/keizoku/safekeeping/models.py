"""Rows of keys and backups. No key lies here, and no value: numbers, days, actors, counts and digests.

Invariants: one destruction of an epoch at a time, by two people (constraint and trigger); a certificate, once written, is
never changed; backups and drills are only ever added.
"""

from django.db import models

from keizoku.safekeeping.rules import STATE_WORDS, State


class Superseded(models.Model):
    """When a data key stopped being the newest: transactions from before ``xid`` may still write under it."""

    epoch = models.IntegerField(primary_key=True)
    at = models.DateTimeField()
    xid = models.BigIntegerField()


class Reencryption(models.Model):
    """One pass that brings every value under the key ``target``; running until nothing older is left."""

    target = models.IntegerField()
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=40)
    worked_s = models.FloatField(default=0)
    rows = models.BigIntegerField(default=0)
    expected = models.BigIntegerField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                models.F("target"),
                condition=models.Q(finished_at=None),
                name="safekeeping_one_pass_running",
            )
        ]


class Progress(models.Model):
    """How far a pass has come in one table: everything up to the key ``cursor`` has been looked at."""

    pass_of = models.ForeignKey(Reencryption, models.CASCADE, related_name="progress")
    table_name = models.CharField(max_length=63)
    cursor = models.BigIntegerField(default=0)
    rows = models.BigIntegerField(default=0)
    is_done = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pass_of", "table_name"], name="safekeeping_one_progress")
        ]


class Destruction(models.Model):
    """The end of a data key: asked for by one person, answered by another, proven by a signed certificate."""

    epoch = models.IntegerField()
    state = models.CharField(
        max_length=10,
        choices=[(state.value, word) for state, word in STATE_WORDS.items()],
        default=State.REQUESTED.value,
    )
    requested_by = models.ForeignKey("accounts.Staff", models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey("accounts.Staff", models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    certificate = models.JSONField(null=True)
    signature = models.CharField(max_length=128, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["epoch"],
                condition=models.Q(state__in=["requested", "done"]),
                name="safekeeping_one_destruction",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="done")
                | (models.Q(decided_by__isnull=False) & ~models.Q(decided_by=models.F("requested_by"))),
                name="safekeeping_two_people",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="done")
                | (models.Q(certificate__isnull=False) & ~models.Q(signature="")),
                name="safekeeping_done_is_certified",
            ),
        ]


class Backup(models.Model):
    """A backup that was made; ``digest`` is its manifest's, ``place`` the folder's name."""

    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=40)
    place = models.CharField(max_length=200)
    seconds = models.FloatField()
    size = models.BigIntegerField()
    rows = models.BigIntegerField()
    has_keys = models.BooleanField()
    digest = models.CharField(max_length=64)


class Drill(models.Model):
    """One drill of backup and restore; ``result`` holds each check's outcome, counts and seconds."""

    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=40)
    seconds = models.FloatField()
    is_passed = models.BooleanField()
    result = models.JSONField()
