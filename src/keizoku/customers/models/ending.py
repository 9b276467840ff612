"""Rows of a relation's end, and of its coming back."""

from django.db import models

from keizoku.customers.models.record import Customer


class Ending(models.Model):
    """That a relation ended, or was opened again: the day, why, and who said so; append-only, codes only."""

    class Kind(models.TextChoices):
        ENDED = "ended", "取引の終わり"
        REOPENED = "reopened", "取引の再開"

    class Reason(models.TextChoices):
        FILE = "file", "勘定系のファイルの解約日"
        REQUEST = "request", "お客さまの申し出"
        DECEASED = "deceased", "お亡くなりになったため"
        DISSOLVED = "dissolved", "法人の解散・廃業"
        BANK = "bank", "当行からの解約"
        MISTAKE = "mistake", "解約の登録の誤り"
        RETURNED = "returned", "取引の再開"

    # Checked by the statement that writes it; customers are never deleted.
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="endings", db_constraint=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    on = models.DateField()
    reason = models.CharField(max_length=10, choices=Reason.choices)
    recorded_by = models.CharField(max_length=40)
    recorded_at = models.DateTimeField(auto_now_add=True)
