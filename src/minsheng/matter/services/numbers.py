"""The number of a matter, such as 云溪2026-1038: the town's prefix, the year, and a count without gaps."""

from __future__ import annotations

from minsheng.matter.models import NumberCounter


def next_number(prefix: str, year: int) -> str:
    """Take the next number. The counter stays locked until the transaction ends: call it last.

    A transaction that is rolled back gives its number back, so that none is missing.
    """
    counters = NumberCounter.objects.select_for_update().filter(prefix=prefix, year=year)
    counter = counters.first()
    if counter is None:
        NumberCounter.objects.get_or_create(prefix=prefix, year=year, defaults={"last": 0})
        counter = counters.get()
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{prefix}{year}-{counter.last}"
