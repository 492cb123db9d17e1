"""This room as a Django app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "minsheng.ledger"
    label = "ledger"
    default_auto_field = "django.db.models.BigAutoField"
