"""This room as a Django app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "minsheng.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from minsheng.people import handlers

        handlers.listen()
