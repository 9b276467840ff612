"""What the tests of retention share beside their fixtures."""

from datetime import date

from django.db import connection

from keizoku.kernel.actor import Actor
from keizoku.retention import queries
from keizoku.retention.actions import plans

SYSTEM = Actor.system("test")
LAST_DAY = date(2019, 3, 31)
TODAY = date(2026, 11, 21)


def approved(people, today=TODAY):
    """A plan made by the planner and approved by the approver; its id."""
    plan_id = plans.make_plan(people["planner"], today)
    plan = queries.plan(plan_id)
    plans.approve_plan(plan_id, people["approver"], digest=plan.digest, number=plan.count)
    return plan_id


def count(table, where="true"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table} WHERE {where}")
        return cursor.fetchone()[0]
