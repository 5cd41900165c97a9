"""Who read what matters: one row a person, thing and hour, kept for 400 days."""
