"""Addresses of this room. Numbers and handles are what stands in them, never words."""

from __future__ import annotations

from django.urls import path

from minsheng.matter import views

app_name = "matter"

urlpatterns = [
    path("work/", views.work, name="work"),
    path("work/start/", views.starts, name="starts"),
    path("work/start/<str:procedure>/", views.start_work, name="start-work"),
    path("matter/start/<str:procedure>/", views.start, name="start"),
    path("matter/<str:number>/", views.matter, name="matter"),
    path("matter/<str:number>/file/<str:id>/", views.file, name="file"),
    path("matter/<str:number>/also/<str:event>/", views.also, name="also"),
    path("matter/<str:number>/why/<str:step>/", views.why, name="why"),
    path("matter/<str:number>/<str:step>/", views.step, name="step"),
    path("mine/<str:handle>/matter/", views.mine, name="mine-matter"),
    path("mine/<str:handle>/matter/file/<str:id>/", views.mine_file, name="mine-file"),
    path("mine/<str:handle>/matter/also/<str:event>/", views.mine_also, name="mine-also"),
    path("mine/<str:handle>/matter/why/<str:step>/", views.mine_why, name="mine-why"),
    path("mine/<str:handle>/matter/<str:step>/", views.mine_step, name="mine-step"),
]
