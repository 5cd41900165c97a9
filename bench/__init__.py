"""Load and speed of a whole desk, measured from outside: `make bench`. docs/performance.md has the results."""
