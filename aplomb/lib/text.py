"""Text that both databases and UTF-8 can hold."""


def clean_text(text: str) -> str:
    """The text without NUL, which PostgreSQL refuses; half surrogates, which UTF-8 has no bytes for, as question marks."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
