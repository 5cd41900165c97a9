"""Contacts and organisations."""
