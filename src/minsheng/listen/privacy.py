"""Where a resident's things rest in this room, and how they are removed.

Words and contact are the ledger's and the vault's to erase. Here lie the way back (hashes), letters without
text, drafts (sealed with a token that this machine does not keep), and, where mails are written to a folder
of files instead of a server, those files.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from django.conf import settings
from django.db import transaction

from minsheng.listen.models import Filing, Letter, MailLink
from minsheng.listen.services import letters


def erase(matter: str) -> int:
    """Remove the way back, the letters, their links and mails in the outbox; how many things there were."""
    with transaction.atomic():
        n = sum(model.objects.filter(matter=matter).delete()[0] for model in (Filing, Letter, MailLink))
    return n + _erase_mails(matter)


def _erase_mails(matter: str) -> int:
    """Mails in a folder of files, found by their keyed reference."""
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    if not folder or not Path(folder).is_dir():
        return 0
    wanted = f"{letters.REFERENCE}: {letters.reference(matter)}".encode()
    n = 0
    for path in Path(folder).glob("*.log"):
        if wanted in path.read_bytes():
            path.unlink()
            n += 1
    return n


def places() -> list[str]:
    """Folders and columns where private content may rest, all of it sealed but the mails in the outbox."""
    folders = [str(Path(settings.MEDIA_ROOT) / "drafts"), str(getattr(settings, "EMAIL_FILE_PATH", ""))]
    return [*filter(None, folders), "listen_draft.box", "listen_letter", "listen_filing", "listen_maillink"]


def forget_drafts() -> None:
    """Remove every draft's photographs: after a restore nobody holds the tokens that open them."""
    shutil.rmtree(Path(settings.MEDIA_ROOT) / "drafts", ignore_errors=True)
