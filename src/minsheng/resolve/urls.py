"""Addresses of this room: the desk of one matter, by its number."""

from __future__ import annotations

from django.urls import path

from minsheng.resolve import views

app_name = "resolve"

urlpatterns = [
    path("desk/<str:number>/intake/", views.intake, name="intake"),
    path("desk/<str:number>/intake/answer/", views.answer_now, name="answer_now"),
    path("desk/<str:number>/intake/answer/preview/", views.answer_now_preview, name="answer_now_preview"),
    path("desk/<str:number>/intake/guide/<str:outcome>/", views.guide, name="guide"),
    path("desk/<str:number>/accept/", views.accept, name="accept"),
    path("desk/<str:number>/ruling/", views.arbitrate, name="arbitrate"),
    path("desk/<str:number>/handle/", views.handle, name="handle"),
    path("desk/<str:number>/reply/", views.reply, name="reply"),
    path("desk/<str:number>/reply/preview/", views.preview, name="preview"),
    path("desk/<str:number>/question/", views.ask, name="ask"),
    path("desk/<str:number>/progress/", views.tell, name="tell"),
    path("desk/<str:number>/extension/", views.extend, name="extend"),
    path("desk/<str:number>/extension/approval/", views.approve, name="approve"),
    path("desk/<str:number>/contact/", views.contact, name="contact"),
]
