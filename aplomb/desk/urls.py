"""The addresses of the desk. aplomb.config.urls includes this page at the root."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("aplomb.desk.tickets.urls")),
    path("", include("aplomb.desk.sign_in.urls")),
    path("", include("aplomb.desk.setup.urls")),
    path("", include("aplomb.desk.settings.urls")),
    path("", include("aplomb.desk.letters.urls")),
    path("", include("aplomb.desk.macros.urls")),
    path("", include("aplomb.desk.calendars.urls")),
    path("", include("aplomb.desk.presence.urls")),
    path("", include("aplomb.desk.mail.urls")),
    path("", include("aplomb.desk.customers.urls")),
    path("", include("aplomb.desk.notices.urls")),
    path("", include("aplomb.desk.approvals.urls")),
    path("", include("aplomb.desk.log.urls")),
]
