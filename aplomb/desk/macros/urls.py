"""Addresses of macros."""

from django.urls import path

from aplomb.desk.macros import keeping, running

urlpatterns = [
    path("settings/macros", keeping.macros, name="macros"),
    path("settings/macros/add", keeping.add, name="add_macro"),
    path("settings/macros/<int:macro>", keeping.macro, name="macro"),
    path("settings/macros/<int:macro>/use", keeping.use, name="use_macro"),
    path("tickets/<str:number>/macros", running.choose, name="choose_macro"),
    path("tickets/<str:number>/macros/<int:macro>", running.run, name="run_macro"),
]
