"""Addresses of this room. No follow code and no matter's id ever stands in one."""

from __future__ import annotations

from django.urls import path

from minsheng.listen.services.saying import SAYINGS
from minsheng.listen.views import coming_back, filing, following, saying

app_name = "listen"

urlpatterns = [
    path("request/", filing.start, name="start"),
    path("request/place/", filing.place, name="place"),
    path("request/contact/", filing.reach, name="contact"),
    path("request/check/", filing.check, name="check"),
    path("request/drop/", filing.drop, name="drop"),
    path("mine/", coming_back.mine, name="mine"),
    path("mine/letter/", coming_back.letter, name="letter"),
    path("mine/<str:handle>/", following.follow, name="follow"),
    path("mine/<str:handle>/receipt/", following.receipt, name="receipt"),
    path("mine/<str:handle>/proof/", following.proof, name="proof"),
    path("mine/<str:handle>/seeing/", following.see, name="seeing"),
    path("mine/<str:handle>/leave/", coming_back.leave, name="leave"),
    *(path(f"mine/<str:handle>/{name}/", saying.speak, {"name": name}, name=name) for name in SAYINGS),
]
