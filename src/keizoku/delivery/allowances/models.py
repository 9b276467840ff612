"""The row that all workers share of one carrier. Written by ``statements`` only."""

from django.db import models


class Allowance(models.Model):
    """What of a carrier's limits is used: when the next call may be made, and the calls of this day and month of Tokyo.

    ``pace`` is the share of the limit in hundredths that was left when the carrier last refused; it comes back by itself.
    """

    channel = models.CharField(max_length=10, primary_key=True)
    free_at = models.DateTimeField()
    pace = models.SmallIntegerField(default=100)
    slowed_at = models.DateTimeField(null=True)
    day = models.DateField()
    used_today = models.IntegerField(default=0)
    month = models.DateField()
    used_this_month = models.IntegerField(default=0)
