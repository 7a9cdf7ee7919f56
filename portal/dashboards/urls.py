"""The boards' addresses."""

from django.urls import path

from portal.dashboards import parked, views
from portal.dashboards.sync_board import sync

app_name = "dashboards"
urlpatterns = [
    path("", views.home, name="home"),
    path("sync/", sync, name="sync"),
    path("sync/parked/", parked.parked, name="parked"),
    path("sync/parked/export.<str:form>", parked.export, name="parked_export"),
    path("sync/parked/orders/", parked.orders, name="parked_orders"),
    path("sync/parked/orders/<int:number>/", parked.order, name="parked_order"),
    path("sync/parked/orders/<int:number>/resume/", parked.resume, name="parked_resume"),
    path("sync/parked/<str:kind>/", parked.decide, name="parked_decide"),
    path("applications/", views.applications, name="applications"),
    path("applications/<str:code>/", views.application, name="application"),
    path("<str:code>/", views.agency, name="agency"),
]
