"""When work is done: weekly hours in a zone, public holidays, own days off. The arithmetic is in lib/worktime."""
