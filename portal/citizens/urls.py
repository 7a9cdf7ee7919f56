"""The citizens' addresses."""

from django.urls import path

from portal.citizens import views
from portal.citizens.lookup import look_up

app_name = "citizens"
urlpatterns = [
    path("", views.home, name="home"),
    path("procedures/", views.procedures, name="procedures"),
    path("procedures/<str:code>/", views.procedure, name="procedure"),
    path("lookup/", look_up, name="lookup"),
]
