"""Mail that came in and mail that leaves."""

from django.urls import path

from aplomb.desk.mail import views

urlpatterns = [
    # the frame asks for its places by these names
    path("mail", views.mail, name="mail"),
    path("mail/in", views.incoming, name="incoming_mail"),
    path("mail/in/<int:pk>/source", views.raw, name="incoming_source"),
    path("mail/in/<int:pk>/retry", views.retry, name="retry_mail"),
    path("mail/in/<int:pk>/discard", views.discard_incoming, name="discard_mail"),
    path("mail/out", views.outgoing, name="outgoing_mail"),
    path("mail/out/settle", views.settle, name="settle_mail"),
    path("mail/out/<int:pk>", views.one_outgoing, name="one_outgoing_mail"),
]
