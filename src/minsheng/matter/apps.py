"""The spine as a Django app."""

from django.apps import AppConfig


class MatterConfig(AppConfig):
    name = "minsheng.matter"
    label = "matter"
    default_auto_field = "django.db.models.BigAutoField"
