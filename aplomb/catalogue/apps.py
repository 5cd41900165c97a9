from django.apps import AppConfig


class CatalogueConfig(AppConfig):
    name = "aplomb.catalogue"
