"""`python -m aplomb` is the same as `aplomb`."""

from aplomb.config.cli import main

main()
