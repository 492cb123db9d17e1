"""This room as a Django app."""

from django.apps import AppConfig


class PublishConfig(AppConfig):
    name = "minsheng.publish"
    label = "publish"
    default_auto_field = "django.db.models.BigAutoField"
