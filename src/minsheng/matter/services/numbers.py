"""The number of a matter, such as 云溪2026-1038: the town's prefix, the year, and a count without gaps."""

from __future__ import annotations

from django.db import connection


def next_number(prefix: str, year: int) -> str:
    """Take the next number. The counter stays locked until the transaction ends: call it last.

    A transaction that is rolled back gives its number back, so that none is missing.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO matter_numbercounter (prefix, year, last) VALUES (%s, %s, 1) "
            "ON CONFLICT (prefix, year) DO UPDATE SET last = matter_numbercounter.last + 1 RETURNING last",
            [prefix, year],
        )
        ((last,),) = cursor.fetchall()
    return f"{prefix}{year}-{last}"
