"""What each public page is given: dataclasses for templates, filled from the last disclosure only."""

from minsheng.publish.pages.figures import FiguresPage, figure_of, figures_page
from minsheng.publish.pages.lists import HomePage, ListPage, late_row, list_row
from minsheng.publish.pages.log import LogPage, log_page
from minsheng.publish.pages.matter import MatterPage, matter_page
from minsheng.publish.pages.names import body_name, desk_of, month_words

__all__ = [
    "FiguresPage",
    "HomePage",
    "ListPage",
    "LogPage",
    "MatterPage",
    "body_name",
    "desk_of",
    "figure_of",
    "figures_page",
    "late_row",
    "list_row",
    "log_page",
    "matter_page",
    "month_words",
]
