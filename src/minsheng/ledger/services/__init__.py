"""What may be done to the ledger: append, sequence, hand on, disclose, erase, back up, restore."""

from minsheng.ledger.pinned import Pinned
from minsheng.ledger.proofs import inclusion_proof, promise, proven, public_keys
from minsheng.ledger.services.disclosing import Disclosed, disclose
from minsheng.ledger.services.exporting import export
from minsheng.ledger.services.handling import Handle, Handled, Handler, run_handlers, try_again
from minsheng.ledger.services.sequencing import begin_log, log_box, resume, sequence
from minsheng.ledger.services.writing import append

__all__ = [
    "Disclosed",
    "Handle",
    "Handled",
    "Handler",
    "Pinned",
    "append",
    "begin_log",
    "disclose",
    "export",
    "inclusion_proof",
    "log_box",
    "promise",
    "proven",
    "public_keys",
    "resume",
    "run_handlers",
    "sequence",
    "try_again",
]
