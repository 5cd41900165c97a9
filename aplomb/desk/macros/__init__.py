"""Macros on the desk: keeping them under Settings, and running one on a ticket after a look at what it does."""
