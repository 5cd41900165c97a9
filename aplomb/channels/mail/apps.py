from django.apps import AppConfig


class MailConfig(AppConfig):
    name = "aplomb.channels.mail"
    label = "mail"
