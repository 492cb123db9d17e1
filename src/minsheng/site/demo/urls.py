"""The addresses of the demo's own pages."""

from django.urls import path

from minsheng.site.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.choose, name="people"),
    path("tomorrow/", views.tomorrow, name="tomorrow"),
    path("be/<slug:name>/", views.become, name="become"),
]
