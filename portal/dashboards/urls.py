"""The boards' addresses."""

from django.urls import path

from portal.dashboards import views
from portal.dashboards.sync_board import sync

app_name = "dashboards"
urlpatterns = [
    path("", views.home, name="home"),
    path("sync/", sync, name="sync"),
    path("applications/", views.applications, name="applications"),
    path("applications/<str:code>/", views.application, name="application"),
    path("<str:code>/", views.agency, name="agency"),
]
