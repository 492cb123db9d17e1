"""This room as a Django app."""

from django.apps import AppConfig


class ResolveConfig(AppConfig):
    name = "minsheng.resolve"
    label = "resolve"
    default_auto_field = "django.db.models.BigAutoField"
