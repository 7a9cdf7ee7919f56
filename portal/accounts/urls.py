"""Sign-in, sign-out and each role's first page."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from portal.accounts.views import SignIn, home

app_name = "accounts"
urlpatterns = [
    path("sign-in/", SignIn.as_view(), name="sign_in"),
    path("sign-out/", LogoutView.as_view(), name="sign_out"),
    path("", home, name="home"),
]
