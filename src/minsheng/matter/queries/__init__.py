"""What other rooms and pages ask about matters.

`get` and `by_number` fold one matter; `worklist` and `public_list` read cached rows; `readable` is the one
gate to documents and files; `timeline` puts what happened into words.
"""

from minsheng.matter.queries.files import Damaged, File, bytes_of
from minsheng.matter.queries.lines import timeline, upcoming
from minsheng.matter.queries.lists import Page, PublicItem, WorkItem, Worklist, public_list, worklist
from minsheng.matter.queries.reading import (
    Filled,
    Handed,
    documents,
    file_for,
    holds,
    last,
    may_see,
    readable,
)
from minsheng.matter.queries.views import MatterView, Row, by_number, get, id_of, row, rows

__all__ = [
    "Damaged",
    "File",
    "Filled",
    "Handed",
    "MatterView",
    "Page",
    "PublicItem",
    "Row",
    "WorkItem",
    "Worklist",
    "by_number",
    "bytes_of",
    "documents",
    "file_for",
    "get",
    "holds",
    "id_of",
    "last",
    "may_see",
    "public_list",
    "readable",
    "row",
    "rows",
    "timeline",
    "upcoming",
    "worklist",
]
