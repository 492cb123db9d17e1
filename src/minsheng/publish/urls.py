"""The addresses of the public pages."""

from django.urls import path, re_path

from minsheng.publish import views

app_name = "publish"
urlpatterns = [
    path("", views.home, name="home"),
    path("matters/", views.matters, name="matters"),
    path("late/", views.late, name="late"),
    path("matters/<str:number>/", views.matter, name="matter"),
    path("figures/", views.figures, name="figures"),
    re_path(r"^figures/(?P<month>[0-9]{4}-[0-9]{2})/$", views.figures, name="figures"),
    path("log/", views.log, name="log"),
    path("log/<path:path>", views.log_file, name="log-file"),
    path("export/<path:path>", views.export_file, name="export-file"),
    path("procedures/<str:name>.yaml", views.procedure, name="procedure"),
    path("about/<slug:topic>/", views.about, name="about"),
]
