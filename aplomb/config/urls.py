"""Where everything is reached. Each row has its row in the table of doors (docs/house/doors.md)."""

from django.urls import URLPattern, URLResolver, include, path

from aplomb.api.urls import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("", include("aplomb.desk.urls")),
]

handler400 = "aplomb.desk.errors.bad_request"
handler403 = "aplomb.desk.errors.forbidden"
handler404 = "aplomb.desk.errors.not_found"
handler500 = "aplomb.desk.errors.server_error"
