"""The only writers of customers."""

from aplomb.customers.actions.contacts import (
    add_contact,
    add_organisation,
    add_point,
    change_contact,
    change_organisation,
    clean_name,
    contact_for_address,
    contact_for_number,
    remove_point,
)
from aplomb.customers.actions.merge import merge_contact, unmerge_contact

__all__ = [
    "add_contact",
    "add_organisation",
    "add_point",
    "change_contact",
    "change_organisation",
    "clean_name",
    "contact_for_address",
    "contact_for_number",
    "merge_contact",
    "remove_point",
    "unmerge_contact",
]
