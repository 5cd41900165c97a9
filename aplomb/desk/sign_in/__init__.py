"""How the staff comes in and keeps its keys: password, one-time link, TOTP, recovery codes, through django-allauth."""
