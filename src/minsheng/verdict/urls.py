"""Addresses of this room: a resident's carry a session handle, staff's a number or a check's random key."""

from __future__ import annotations

from django.urls import path

from minsheng.verdict import views

app_name = "verdict"

urlpatterns = [
    path("mine/<str:handle>/verdict/", views.say, name="say"),
    path("mine/<str:handle>/verdict/said/", views.said, name="said"),
    path("mine/<str:handle>/rating/", views.rate, name="rate"),
    path("mine/<str:handle>/pressed/", views.pressed, name="pressed"),
    path("desk/<str:number>/review/", views.review, name="review"),
    path("desk/<str:number>/recheck/", views.recheck, name="recheck"),
    path("desk/<str:number>/contest/", views.rule_contest, name="rule_contest"),
    path("checks/", views.checks, name="checks"),
    path("checks/<uuid:check>/", views.check, name="check"),
]
