"""Approvals."""

from django.urls import path

from aplomb.desk.approvals import views

urlpatterns = [
    path("approvals", views.approvals, name="approvals"),
    path("approvals/<int:pk>/decide", views.decide_on, name="decide"),
    path("approvals/<int:pk>/withdraw", views.take_back, name="withdraw_approval"),
    path("tickets/<str:number>/decision", views.ask, name="ask_approval"),
]
