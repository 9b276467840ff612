"""Whether the API answers and its database with it."""

from typing import Final

from django.db import connection
from ninja import Router, Schema

from keizoku.api.access import ApiRequest
from keizoku.kernel.clock import business_today

router: Final = Router(tags=["health"])


class Health(Schema):
    status: str
    business_date: str


@router.get("/health", response=Health, auth=None, operation_id="health")
def health(request: ApiRequest) -> Health:
    """Without a key: 200 when the database answers. 鍵は要りません。"""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return Health(status="ok", business_date=business_today().isoformat())
