"""Logs."""

from django.urls import path

from aplomb.desk.log import views

urlpatterns = [
    path("settings/reads", views.looks, name="looks"),
    path("settings/changes", views.changes, name="changes"),
]
