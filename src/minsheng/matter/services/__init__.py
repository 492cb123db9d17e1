"""What may be done to a matter. `act` and `open_matter` are the only writers of matters.

Every function here takes the moment as an argument, runs in one transaction, and answers either with what
was written or with a Refusal. A Refusal's kind is the page's status: 400, 422, 403, 409 or 404.

    opened = open_matter(procedure="resident-request", documents={"original": {"words": "…"}},
                         actor=actor, at=request.now)
    match act(opened.matter, "classify", "dispatch", facts={"urgency": "ordinary"},
              actor=clerk, at=request.now, seen_n=view.status.seen_n):
        case Refusal() as no: ...
        case recorded: ...
"""

from minsheng.ledger.records import Recorded
from minsheng.matter.rules.uploads import Upload
from minsheng.matter.services.acting import act
from minsheng.matter.services.erasing import erase
from minsheng.matter.services.notices import change_calendar, record, undo_lapse
from minsheng.matter.services.opening import Opened, fresh_id, open_matter
from minsheng.matter.services.rebuilding import rebuild_rows
from minsheng.matter.services.ticking import tick

__all__ = [
    "Opened",
    "Recorded",
    "Upload",
    "act",
    "change_calendar",
    "erase",
    "fresh_id",
    "open_matter",
    "rebuild_rows",
    "record",
    "tick",
    "undo_lapse",
]
