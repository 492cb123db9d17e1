"""What this room knows: an officer's desk, drafts, whose a matter could be."""

from minsheng.resolve.queries.desk import (
    ABSENT,
    Desk,
    body_of,
    choosable,
    desk,
    places_in,
    remedy,
    suggested,
    why_not_act,
)
from minsheng.resolve.queries.drafts import Begun, Kept, begun, bytes_of

__all__ = [
    "ABSENT",
    "Begun",
    "Desk",
    "Kept",
    "begun",
    "body_of",
    "bytes_of",
    "choosable",
    "desk",
    "places_in",
    "remedy",
    "suggested",
    "why_not_act",
]
