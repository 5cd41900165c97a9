"""A part that is not there is a failure that says what to type, never a skip."""

import shutil


class MissingPart(RuntimeError):
    """A program that the tests need is not installed."""


def program(*names: str, package: str) -> str:
    """The path of the first of these programs. Raises MissingPart."""
    for name in names:
        found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/sbin")
        if found:
            return found
    raise MissingPart(f"{' or '.join(names)} is not installed. Type: apt-get install {package}")
