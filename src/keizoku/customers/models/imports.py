"""Rows of imports: files, what became of each line, what waits for a person."""

from django.db import models

from keizoku.customers.imports.rules.uploads import UPLOAD_WORDS, UploadState
from keizoku.customers.models.record import Customer


class ImportRun(models.Model):
    """One file from the core system: what it was, what became of it."""

    class State(models.TextChoices):
        RUNNING = "running", "取込中"
        DONE = "done", "完了"
        FAILED = "failed", "失敗"

    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    encoding = models.CharField(max_length=10)
    sheet = models.CharField(max_length=31, blank=True)  # of a workbook
    remarks = models.JSONField(default=list)  # what the reader of the file took for granted, in words
    as_of = models.DateField()
    # whose word the rows are: the core system's file, or another system's call
    source = models.CharField(max_length=20, default="core_system", db_default="core_system")
    state = models.CharField(max_length=10, choices=State.choices, default=State.RUNNING)
    failure = models.CharField(max_length=300, blank=True)
    rows_read = models.IntegerField(default=0)
    created_count = models.IntegerField(default=0)
    updated_count = models.IntegerField(default=0)
    unchanged_count = models.IntegerField(default=0)
    conflict_count = models.IntegerField(default=0)
    rejected_count = models.IntegerField(default=0)
    warning_count = models.IntegerField(default=0)
    started_by = models.CharField(max_length=40)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)


class ImportRejection(models.Model):
    """One row that was not taken: where, and why in words. The row's own values stay in the bank's file."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rejections")
    line = models.IntegerField()
    column = models.CharField(max_length=20)
    code = models.CharField(max_length=40)
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="customers_one_rejection_a_line")]


class ImportConflict(models.Model):
    """A field confirmed later than the file's date, which the file wants to change: a person decides.

    ``proposed`` is the file's value, encrypted for "customers_importconflict.proposed:<customer>.<field>.<run>".
    """

    class State(models.TextChoices):
        WAITING = "waiting", "未対応"
        KEPT = "kept", "登録のまま"
        TAKEN = "taken", "ファイルの値にした"

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="conflicts")
    customer = models.ForeignKey(Customer, models.PROTECT)
    field = models.CharField(max_length=20)
    proposed = models.BinaryField(null=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    decided_by = models.CharField(max_length=40, blank=True)
    decided_at = models.DateTimeField(null=True)


class ColumnMapping(models.Model):
    """The bank's own column names for the layout's, by name; a change is a new version."""

    name = models.CharField(max_length=60)
    version = models.IntegerField()
    columns = models.JSONField()  # the layout's column → the file's
    header_digest = models.CharField(max_length=64)
    created_by = models.CharField(max_length=40)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name", "version"], name="customers_one_mapping_version")
        ]


class ImportUpload(models.Model):
    """A file that somebody brought in the browser: stored encrypted, looked at, then imported by a worker."""

    file = models.CharField(max_length=36)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    as_of = models.DateField()
    header = models.JSONField(default=list)
    sheet = models.CharField(max_length=31, blank=True)
    sheets = models.JSONField(default=list)  # of a workbook; none otherwise
    mapping = models.ForeignKey(ColumnMapping, models.PROTECT, null=True)
    state = models.CharField(max_length=10, choices=list(UPLOAD_WORDS.items()), default=UploadState.RECEIVED)
    failure = models.CharField(max_length=300, blank=True)
    rows_total = models.IntegerField(default=0)
    rows_done = models.IntegerField(default=0)
    checked = models.JSONField(default=dict)  # counts and the first rejections of the dry run
    run = models.ForeignKey(ImportRun, models.PROTECT, null=True)
    requested_by = models.CharField(max_length=40)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField()
