"""Every column of every table of this room, with its purpose."""

COLUMNS: dict[str, dict[str, str]] = {
    "publish_edition": {
        "day": "the day up to which this disclosure shows what was done",
        "made_at": "when it was made, so that a late one is seen",
        "size": "size of the log's checkpoint it rests on",
        "n_disclosed": "how many matters it shows",
        "opaque": "how many entries stay opaque, by reason, as published",
    },
    "publish_publicmatter": {
        "matter": "which matter, as on the ledger",
        "number": "its number, for the page's address",
        "procedure": "which rule file it runs under",
        "n": "how many of its entries are disclosed",
        "opened_on": "the day it was opened; lists are ordered by it",
        "moved_on": "the day of the last disclosed entry",
        "body": "the body that answers for it; lists by body",
        "kind": "its kind, once five of that body and month share it",
        "area": "its coarse place, once five of that body and month share it",
        "step": "the step that is open, for the list",
        "due_on": "the day by which the open step is due",
        "n_late": "how many times its clocks were found run out",
        "end": "how it ended, empty while it runs",
        "word": "the verdict, as the public figures count it",
    },
    "publish_figurecell": {
        "id": "row key without meaning",
        "procedure": "the procedure that is counted",
        "body": "the body that is counted; never a person",
        "month": "the month that is counted",
        "counts": "the counts, as in figures.json",
    },
}
