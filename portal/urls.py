"""Every address of the portal."""

from django.contrib import admin
from django.urls import include, path

from portal import health

urlpatterns = [
    path("", include("portal.citizens.urls")),
    path("officials/", include("portal.officials.urls")),
    path("dashboards/", include("portal.dashboards.urls")),
    path("accounts/", include("portal.accounts.urls")),
    path("api/", include("portal.api.urls")),
    path("web/guest/", include("portal.api.national_lookup")),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("health/alive/", health.alive, name="alive"),
    path("health/ready/", health.ready, name="ready"),
]
