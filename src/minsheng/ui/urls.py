"""The addresses of the pattern pages."""

from django.urls import path, re_path

from minsheng.ui import views

app_name = "ui"
urlpatterns = [
    path("patterns/", views.patterns, name="patterns"),
    re_path(r"^patterns/(?P<language>zh|en)/(?P<name>[a-z0-9_-]+)/$", views.patterns, name="pattern"),
]
