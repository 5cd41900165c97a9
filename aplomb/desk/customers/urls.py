"""Contacts and organisations."""

from django.urls import path

from aplomb.desk.customers import views

urlpatterns = [
    path("customers", views.contacts, name="contacts"),
    # the frame asks for its places by these names
    path("customers", views.contacts, name="customers"),
    path("customers/add", views.add, name="add_contact"),
    path("customers/<int:pk>", views.contact, name="contact"),
    path("customers/<int:pk>/addresses", views.add_address, name="add_address"),
    path("customers/<int:pk>/addresses/<int:point_id>/remove", views.remove_address, name="remove_address"),
    path("customers/organisations", views.organisations, name="organisations"),
    path("customers/organisations/add", views.add_organisation_page, name="add_organisation"),
    path("customers/organisations/<int:pk>", views.organisation, name="organisation"),
]
