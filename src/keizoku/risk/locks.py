"""Who waits for whom among ratings: a block of customers, one customer, and all of them.

Customers are cut into blocks by their numbers. A block is rated by one transaction at a time, and a single rating waits
only while its own block is rated; several blocks are rated beside each other. Whoever changes the scorecard in force or
plans everybody's day waits for all. The locks go with the transaction.
"""

from django.db import connection

CUSTOMERS_A_BLOCK = 25_000

_RATING = 0x72_69_73_6B


def lock_all_ratings() -> None:
    """Alone: no block and no single rating is under way, and none begins."""
    _execute("SELECT pg_advisory_xact_lock(%s)", [_RATING])


def lock_block(block: int) -> None:
    """This block's customers are rated by nobody else."""
    _execute(
        "SELECT pg_advisory_xact_lock_shared(%s), pg_advisory_xact_lock(%s, %s)", [_RATING, _RATING, block]
    )


def lock_customer(customer_id: int) -> bool:
    """Keep the block's rating out and lock the customer's row, so that two ratings of one customer come in turn.

    False where there is no such active customer.
    """
    return _execute(
        "SELECT pg_advisory_xact_lock_shared(%s), pg_advisory_xact_lock_shared(%s, %s) FROM customers_customer "
        "WHERE id = %s AND state = 'active' FOR NO KEY UPDATE",
        [_RATING, _RATING, block_of(customer_id), customer_id],
    )


def block_of(customer_id: int) -> int:
    return customer_id // CUSTOMERS_A_BLOCK


def customers_in(block: int) -> tuple[int, int]:
    """First and last number that a customer of the block may have."""
    return block * CUSTOMERS_A_BLOCK, (block + 1) * CUSTOMERS_A_BLOCK - 1


def _execute(sql: str, parameters: list[int]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone() is not None
