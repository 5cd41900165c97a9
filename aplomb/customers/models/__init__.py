"""State of the customers: who they are, where they are, what they have."""

from aplomb.customers.models.contacts import Contact, ContactPoint, Organisation
from aplomb.customers.models.equipment import Equipment
from aplomb.customers.models.notes import CustomerNote
from aplomb.customers.models.places import CodeLook, Has, Site

__all__ = ["CodeLook", "Contact", "ContactPoint", "CustomerNote", "Equipment", "Has", "Organisation", "Site"]
