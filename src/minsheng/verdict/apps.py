"""This room as a Django app."""

from django.apps import AppConfig


class VerdictConfig(AppConfig):
    name = "minsheng.verdict"
    label = "verdict"
    default_auto_field = "django.db.models.BigAutoField"
