"""What may be done to the ledger: append, sequence, hand on, disclose, erase, back up, restore."""

from minsheng.ledger.services.sequencing import begin_log, resume, sequence
from minsheng.ledger.services.writing import append

__all__ = ["append", "begin_log", "resume", "sequence"]
