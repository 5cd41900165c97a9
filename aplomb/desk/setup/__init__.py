"""The first run: one page that makes the administrator, the desk and its first mailbox."""
