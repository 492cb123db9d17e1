"""Every address of the platform, room by room."""

from django.conf import settings
from django.urls import include, path

from minsheng.people.doors import public_door
from minsheng.site import language

urlpatterns = [
    path("language/", public_door(language.choose), name="language"),
    path("accounts/", include("minsheng.people.urls")),
    path("", include("minsheng.bodies.urls")),
    path("", include("minsheng.publish.urls")),
    path("", include("minsheng.listen.urls")),
    path("", include("minsheng.verdict.urls")),
    path("", include("minsheng.resolve.urls")),
    path("", include("minsheng.matter.urls")),
]
if settings.MINSHENG_DEMO or settings.DEBUG:
    urlpatterns += [path("", include("minsheng.ui.urls"))]
if settings.MINSHENG_DEMO:
    urlpatterns += [path("demo/", include("minsheng.site.demo.urls"))]

handler400 = "minsheng.site.trouble.bad_request"
handler403 = "minsheng.site.trouble.forbidden"
handler404 = "minsheng.site.trouble.not_found"
