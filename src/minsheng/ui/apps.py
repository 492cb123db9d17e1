"""The design system as a Django app: templates, style sheets, form renderer, template tags."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "minsheng.ui"
    label = "ui"
    default_auto_field = "django.db.models.BigAutoField"
