"""The site as a Django app: it holds the demo, the command line and the wiring."""

from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "minsheng.site"
    label = "site"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hand the wiring's tables down to the rooms."""
        from minsheng.site import wiring

        wiring.connect()
