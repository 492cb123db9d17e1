"""How often may something be tried? A fixed window per purpose and address, kept without the address.

The key of a row is a keyed hash over purpose, window and address, so that rows of two windows cannot be
told to be the same address, and rows are gone soon after their window ends.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection

from minsheng.ledger import keys
from minsheng.people.models import LimitWindow

_COUNT_ONE = """
INSERT INTO people_limitwindow (key, n, ends_at) VALUES (%s, 1, %s)
ON CONFLICT (key) DO UPDATE SET n = people_limitwindow.n + 1
RETURNING n
"""


def allow(purpose: str, key: str, now: datetime, n: int, per: timedelta) -> bool:
    """Count one try and say whether it is still within `n` per window of length `per`.

    `key` is whatever is limited: an address, an e-mail, a matter. Call it outside a transaction that may be
    rolled back, or the try is not counted. Always True where the settings switch limits off (load tests).
    """
    if not getattr(settings, "MINSHENG_RATE_LIMITS", True):
        return True
    window = int(now.timestamp() // per.total_seconds())
    ends_at = datetime.fromtimestamp((window + 1) * per.total_seconds(), UTC)
    message = "\n".join(("minsheng limit", purpose, str(window), key)).encode()
    hashed = hmac.new(keys.load().receipt_pepper, message, hashlib.sha256).hexdigest()
    field = LimitWindow._meta.get_field("ends_at")
    with connection.cursor() as cursor:
        cursor.execute(_COUNT_ONE, [hashed, field.get_db_prep_value(ends_at, connection)])
        counted: int = cursor.fetchone()[0]
    if counted == 1:
        sweep(now)
    return counted <= n


def sweep(now: datetime) -> int:
    """Remove the windows that have ended; how many there were."""
    return LimitWindow.objects.filter(ends_at__lte=now).delete()[0]
