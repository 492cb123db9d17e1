"""The addresses of this room: the town's own colours."""

from django.urls import path

from minsheng.bodies import views

app_name = "bodies"
urlpatterns = [path("town/<str:edition>.css", views.colours, name="colours")]
