"""Addresses of the API; the schema is made from the views, so it cannot drift from them."""

from django.urls import path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from portal.api import views

DOCUMENTATION = SpectacularSwaggerSplitView.as_view(url_name="api:schema", template_name="api/documentation.html")

app_name = "api"
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", DOCUMENTATION, name="docs"),
    path("v1/procedures/", views.ProcedureList.as_view(), name="procedures"),
    path("v1/procedures/<str:code>/", views.ProcedureDetail.as_view(), name="procedure"),
    path("v1/lookup/", views.Lookup.as_view(), name="lookup"),
    path("v1/statistics/", views.Statistics.as_view(), name="statistics"),
]
