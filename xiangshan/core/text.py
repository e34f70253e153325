"""Text as people and programs bring it, made fit for where it goes."""

import unicodedata


def one_line(text: str) -> str:
    """Without line breaks and signs that no reader sees: what a header, a subject or a name on paper can hold."""
    visible = "".join(" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in text)
    return " ".join(visible.split())


def without_nul(text: str) -> str:
    """What a person typed cannot hold the sign 0, and PostgreSQL keeps it in no text and no JSON."""
    return text.replace("\x00", "")
