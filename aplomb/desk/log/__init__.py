"""Two logs for those who answer for the desk: who read what, and what was changed by whom."""
