"""Notices."""

from django.urls import path

from aplomb.desk.notices import choices, views

urlpatterns = [
    path("notices", views.notices, name="notices"),
    path("notices/bell", views.bell, name="bell"),
    path("notices/seen", views.mark_seen, name="mark_seen"),
    path("notices/<int:pk>", views.open_notice, name="open_notice"),
    path("notices/<int:pk>/seen", views.switch_seen, name="switch_seen"),
    path("settings/notices", choices.notice_settings, name="notice_settings"),
]
