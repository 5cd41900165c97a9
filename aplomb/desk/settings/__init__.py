"""One's own settings, and the administrator's pages: people, teams, mailboxes, the desk."""
