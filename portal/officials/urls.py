"""The officials' addresses."""

from django.urls import path

from portal.officials import views

app_name = "officials"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("<str:code>/", views.application, name="application"),
    path("<str:code>/receipt/", views.receipt, name="receipt"),
    path("<str:code>/<str:act>/", views.perform, name="perform"),
]
