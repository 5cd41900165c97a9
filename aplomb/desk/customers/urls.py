"""Contacts and organisations."""

from django.urls import path

from aplomb.desk.customers import equipment, merging, notes, requests, sites, views

urlpatterns = [
    path("customers", views.contacts, name="contacts"),
    # the frame asks for its places by these names
    path("customers", views.contacts, name="customers"),
    path("customers/add", views.add, name="add_contact"),
    path("customers/<int:pk>", views.contact, name="contact"),
    path("customers/<int:pk>/addresses", views.add_address, name="add_address"),
    path("customers/<int:pk>/addresses/<int:point_id>/remove", views.remove_address, name="remove_address"),
    path("customers/<int:pk>/merge", merging.merge, name="merge_contact"),
    path("customers/<int:pk>/unmerge", merging.unmerge, name="unmerge_contact"),
    path("customers/organisations", views.organisations, name="organisations"),
    path("customers/organisations/add", views.add_organisation_page, name="add_organisation"),
    path("customers/organisations/<int:pk>", views.organisation, name="organisation"),
    path("customers/organisations/<int:pk>/people", views.people, name="organisation_people"),
    *(
        path(f"customers/{folder}<int:pk>/{tab}", view, {"of": of}, name=f"{of}_{tab}")
        for of, folder in (("contact", ""), ("organisation", "organisations/"))
        for tab, view in (
            ("requests", requests.requests_of),
            ("notes", notes.notes),
            ("sites", sites.sites),
            ("equipment", equipment.equipment_of),
        )
    ),
    path("customers/notes/<int:pk>", notes.note, name="customer_note"),
    path("customers/sites/<int:pk>", sites.site, name="site"),
    path("customers/sites/<int:pk>/code", sites.code, name="site_code"),
    path("customers/sites/<int:pk>/retire", sites.retire, name="retire_site"),
    path("customers/equipment/<int:pk>", equipment.device, name="equipment"),
    path("customers/equipment/<int:pk>/remove", equipment.remove, name="remove_equipment"),
]
