"""Notices to the staff: the bell, the list, and what each wants to hear."""
