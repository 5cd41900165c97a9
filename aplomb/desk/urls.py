"""The addresses of the desk. aplomb.config.urls includes this page at the root."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("aplomb.desk.tickets.urls")),
    path("language", login_not_required(set_language), name="set_language"),
    path("", include("aplomb.desk.sign_in.urls")),
    path("", include("aplomb.desk.setup.urls")),
    path("", include("aplomb.desk.settings.urls")),
    path("", include("aplomb.desk.mail.urls")),
    path("", include("aplomb.desk.customers.urls")),
]
