"""This room as a Django app."""

from django.apps import AppConfig


class BodiesConfig(AppConfig):
    name = "minsheng.bodies"
    label = "bodies"
    default_auto_field = "django.db.models.BigAutoField"
