"""This room as a Django app."""

from django.apps import AppConfig


class ListenConfig(AppConfig):
    name = "minsheng.listen"
    label = "listen"
    default_auto_field = "django.db.models.BigAutoField"
