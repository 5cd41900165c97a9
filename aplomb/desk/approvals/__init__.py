"""Decisions that wait for somebody: their page, and their place on a ticket."""
