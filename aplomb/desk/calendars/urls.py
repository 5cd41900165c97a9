"""Calendars."""

from django.urls import path

from aplomb.desk.calendars import views

urlpatterns = [
    path("settings/calendars", views.calendars, name="calendars"),
    path("settings/calendars/add", views.add, name="add_calendar"),
    path("settings/calendars/<int:pk>", views.calendar, name="calendar"),
    path("settings/calendars/<int:pk>/days", views.days, name="calendar_days"),
    path("settings/calendars/<int:pk>/days/remove", views.unset_day, name="remove_day"),
    path("settings/calendars/<int:pk>/days/work", views.work_on, name="work_on_day"),
    path("settings/calendars/<int:pk>/import", views.take_file, name="import_calendar_days"),
    path("settings/calendars/<int:pk>/default", views.lead, name="default_calendar"),
    path("settings/calendars/<int:pk>/delete", views.delete, name="delete_calendar"),
]
