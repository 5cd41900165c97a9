"""Inputs that grow towards what was never reached (atheris), and the memory that a large mail takes: `make fuzz SECONDS=60`."""
