"""The first run."""

from django.urls import path

from aplomb.desk.setup import views

urlpatterns = [path("setup", views.first_run, name="first_run")]
