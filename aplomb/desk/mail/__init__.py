"""Mails that came in and mails that leave, with what became of them."""
