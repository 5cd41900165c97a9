"""Mail that came in and mail that leaves."""

from django.urls import path

from aplomb.desk.mail import unwanted, views

urlpatterns = [
    # the frame asks for its places by these names
    path("mail", views.mail, name="mail"),
    path("mail/in", views.incoming, name="incoming_mail"),
    path("mail/in/<int:pk>/source", views.raw, name="incoming_source"),
    path("mail/in/<int:pk>/retry", views.retry, name="retry_mail"),
    path("mail/in/<int:pk>/discard", views.discard_incoming, name="discard_mail"),
    path("mail/in/<int:pk>/not-spam", unwanted.release_spam, name="not_spam"),
    path("mail/spam", unwanted.spam, name="spam_mail"),
    path("mail/spam/empty", unwanted.empty_spam, name="empty_spam"),
    path("mail/blocked", unwanted.blocked, name="blocked_senders"),
    path("mail/blocked/remove", unwanted.unblock, name="unblock_sender"),
    path("mail/out", views.outgoing, name="outgoing_mail"),
    path("mail/out/settle", views.settle, name="settle_mail"),
    path("mail/out/<int:pk>", views.one_outgoing, name="one_outgoing_mail"),
]
