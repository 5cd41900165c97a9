"""Aplomb, a help desk that keeps its calm."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("aplomb")
except PackageNotFoundError:  # a checkout that was never installed
    __version__ = "0"
