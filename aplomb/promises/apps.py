from django.apps import AppConfig


class PromisesConfig(AppConfig):
    name = "aplomb.promises"
