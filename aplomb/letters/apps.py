from django.apps import AppConfig


class LettersConfig(AppConfig):
    name = "aplomb.letters"
