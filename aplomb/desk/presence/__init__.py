"""How one can be reached, when one works, and when one is absent."""
