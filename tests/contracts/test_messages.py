"""Every Chinese word of the interface has its English, in use, with its placeholders, and compiled."""

from __future__ import annotations

from minsheng.site.messages import check


def test_every_message_has_its_english() -> None:
    rooms = check.rooms()
    assert sum(len(room.uses) for room in rooms) > 100, "the templates were not found"
    found = [str(finding) for finding in check.findings(rooms)]
    assert not found, "run script/messages --extend and fill in what is missing:\n" + "\n".join(found)
