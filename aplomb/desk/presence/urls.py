"""Presence, working hours, absences."""

from django.urls import path

from aplomb.desk.presence import menu, times

urlpatterns = [
    path("presence", menu.presence, name="presence"),
    path("settings/times", times.own, name="own_times"),
    path("settings/times/all", times.everybody, name="all_times"),
    path("settings/times/<int:pk>", times.of_person, name="times"),
    path("settings/times/<int:pk>/absences", times.add, name="add_absence"),
    path("settings/times/<int:pk>/absences/<int:absence>/remove", times.remove, name="remove_absence"),
]
