"""The language switch: a form, no script; the choice is kept in a cookie and nowhere else."""

from django.views.i18n import set_language as choose

__all__ = ["choose"]
