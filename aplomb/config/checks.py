"""System checks of the desk, with stable ids."""
