"""What people type to log in, as they mean it."""

import re
import unicodedata

from xiangshan.core.accounts.models import User

CHINA = re.compile(r"^(?:\+|00)?86(?=1[0-9]{10}$)")


def login_name(typed: str) -> str:
    """Without spaces, in small letters and half-width signs; a mobile number without its country code and dashes."""
    name = "".join(unicodedata.normalize("NFKC", typed).split()).casefold()
    digits = name.replace("-", "")
    return CHINA.sub("", digits) if digits.lstrip("+").isdecimal() else name


def user_named(typed: str) -> User | None:
    """By mobile number or by user name, however its letters are written; nobody where two differ in nothing else."""
    name = login_name(typed)
    if not name or "\x00" in name:
        return None
    if name.isdecimal() and (user := User.objects.filter(phone=name).first()):
        return user
    several = list(User.objects.filter(username__iexact=name)[:2])
    return several[0] if len(several) == 1 else None
