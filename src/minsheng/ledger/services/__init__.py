"""What may be done to the ledger: append, sequence, hand on, disclose, erase, back up, restore."""

from minsheng.ledger.pinned import Pinned
from minsheng.ledger.proofs import inclusion_proof, promise, proven, public_keys
from minsheng.ledger.services.backing_up import backup
from minsheng.ledger.services.disclosing import Disclosed, disclose
from minsheng.ledger.services.erasing import erase, erased_matters, note_erased, scrub, still_held
from minsheng.ledger.services.erasing import replay as replay_erased
from minsheng.ledger.services.examining import Examined, examine
from minsheng.ledger.services.exporting import export
from minsheng.ledger.services.giving_back import GivenBack, give_back
from minsheng.ledger.services.handling import Handle, Handled, Handler, run_handlers, try_again
from minsheng.ledger.services.restoring import Restored, restore
from minsheng.ledger.services.sequencing import begin_log, log_box, resume, sequence
from minsheng.ledger.services.writing import append

__all__ = [
    "Disclosed",
    "Examined",
    "GivenBack",
    "Handle",
    "Handled",
    "Handler",
    "Pinned",
    "Restored",
    "append",
    "backup",
    "begin_log",
    "disclose",
    "erase",
    "erased_matters",
    "examine",
    "export",
    "give_back",
    "inclusion_proof",
    "log_box",
    "note_erased",
    "promise",
    "proven",
    "public_keys",
    "replay_erased",
    "restore",
    "resume",
    "run_handlers",
    "scrub",
    "sequence",
    "still_held",
    "try_again",
]
