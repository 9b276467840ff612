"""Rows by which names are found."""

from django.db import models

from keizoku.customers.models.record import Customer


class NameToken(models.Model):
    """That a customer's name has a token: 8 bytes of a keyed digest of a whole name, a word of it or a beginning.

    Nothing but the two numbers, found by its only index in the order of customers: ADR 0017 has the measurements.
    """

    pk = models.CompositePrimaryKey("token", "customer_id")
    token = models.BigIntegerField()
    # No check against the customers, as for look-ups: the rows are made from them.
    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
